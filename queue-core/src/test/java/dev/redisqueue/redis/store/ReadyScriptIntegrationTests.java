package dev.redisqueue.redis.store;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadyScriptIntegrationTests extends ScriptTestSupport {

	private static final List<String> GET = List.of("ready", "arrived", "delayed", "meta");

	private static final List<String> LISTS = List.of("ready", "arrived");

	private static final List<String> REJECT = List.of("ready", "arrived", "delayed", "dead", "letters", "meta");

	@Test
	void getRemovesTheHeadArrivedMessagesFirst() {
		this.queue.list("arrived", "a1").list("ready", "\0\u00ff\r\n", "r2");
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list("a1"));
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list("\0\u00ff\r\n"));
		assertState("ready", list("r2"));
	}

	@Test
	void getRemovesAnEmptyMessage() {
		this.queue.list("ready", "", "r2");
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(""));
		assertState("ready", list("r2"));
	}

	@Test
	void getOfNothingTellsTheNextDueTime() {
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(null, null));
		this.queue.zset("delayed", "now+5m", "t000000000000001x");
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(null, "now+5m"));
		assertState("delayed", map("t000000000000001x", "now+5m"));
	}

	@Test
	void getRemovesADueMessageThatMayNotEnterTheReadyList() {
		this.queue.zset("delayed", 5, "t000000000000001x", 6, "k000000000000002y");
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list("x"));
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(null, "6"));
		assertState("delayed", map("k000000000000002y", "6"));
	}

	@Test
	void getLeavesAMessageThatIsTooLarge() {
		String large = "x".repeat(101);
		this.queue.list("ready", large, "r2");
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(101L));
		assertState("ready", list(large, "r2"));
		this.queue.list("arrived", large);
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(101L));
		assertState("ready", list(large, "r2"), "arrived", list(large));
	}

	@Test
	void peekReadsTheHeadAndChangesNothing() {
		this.queue.list("ready", "123456");
		assertThat(run(Script.PEEK, LISTS, 4)).isEqualTo(list("1234", 6L));
		this.queue.list("arrived", "\0\u00ff");
		assertThat(run(Script.PEEK, LISTS, 4)).isEqualTo(list("\0\u00ff", 2L));
		assertState("ready", list("123456"), "arrived", list("\0\u00ff"));
	}

	@Test
	void peekTellsAnEmptyMessageFromNone() {
		assertThat(run(Script.PEEK, LISTS, 4)).isEqualTo(list(null, 0L));
		this.queue.list("ready", "");
		assertThat(run(Script.PEEK, LISTS, 4)).isEqualTo(list("", 0L));
		assertState("ready", list(""));
	}

	@Test
	void sizeCountsReadyAndArrivedMessages() {
		assertThat(run(Script.SIZE, LISTS)).isEqualTo(list(0L));
		this.queue.list("ready", "r1", "r2").list("arrived", "a1").zset("delayed", 5, "k000000000000001x");
		assertThat(run(Script.SIZE, LISTS)).isEqualTo(list(3L));
		assertState("ready", list("r1", "r2"), "arrived", list("a1"), "delayed", map("k000000000000001x", "5"));
	}

	@Test
	void clearRemovesReadyArrivedAndDelayedMessagesAlone() {
		this.queue.list("ready", "r1", "r2")
			.list("arrived", "a1")
			.zset("delayed", 5, "k000000000000001x")
			.zset("consumers", "now+5m", "alice")
			.hash("taken:alice", "#", "1", "1", "one")
			.zset("dead", 5, "id")
			.hash("letters", "id", "letter");
		assertThat(run(Script.CLEAR, GET)).isEqualTo(list(4L));
		assertThat(run(Script.CLEAR, GET)).isEqualTo(list(0L));
		assertState("consumers", map("alice", "now+5m"), "taken:alice", map("#", "1", "1", "one"), "dead",
				map("id", "5"), "letters", map("id", "letter"));
	}

	@Test
	void countAddsToATotal() {
		assertThat(run(Script.COUNT, List.of("meta"), "expired")).isEqualTo(list(1L));
		assertThat(run(Script.COUNT, List.of("meta"), "expired")).isEqualTo(list(2L));
		assertState("meta", map("expired", "2"));
	}

	@Test
	void rejectMakesALetterOfAMessageThatIsTooLarge() {
		String large = "x".repeat(101);
		this.queue.list("ready", large, "r2");
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list("id"));
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list((Object) null));
		assertState("ready", list("r2"), "dead", map("id", "now"), "letters", map("id", "head\n" + large), "meta",
				map("buried", "1"));
	}

	@Test
	void rejectLooksAtTheArrivedMessagesFirst() {
		String large = "x".repeat(101);
		this.queue.list("arrived", large, "a2").list("ready", large);
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list("id"));
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list((Object) null));
		assertState("arrived", list("a2"), "ready", list(large), "dead", map("id", "now"), "letters",
				map("id", "head\n" + large), "meta", map("buried", "1"));
	}

	@Test
	void aDueFrameThatIsTooLargeStaysForReject() {
		String large = "x".repeat(101);
		this.queue.zset("delayed", 5, "t000000000000001" + large);
		assertThat(run(Script.GET, GET, 100)).isEqualTo(list(101L));
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list("id"));
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list((Object) null));
		assertState("dead", map("id", "now"), "letters", map("id", "head\n" + large), "meta", map("buried", "1"));
	}

	@Test
	void rejectOfAnEmptyQueueChangesNothing() {
		assertThat(run(Script.REJECT, REJECT, 100, "id", "head\n")).isEqualTo(list((Object) null));
		assertState();
	}

}
