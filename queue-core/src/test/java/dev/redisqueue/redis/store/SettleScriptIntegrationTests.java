package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SettleScriptIntegrationTests extends ScriptTestSupport {

	private static final List<String> ACK = List.of("taken:alice", "consumers", "meta");

	private static final List<String> RELEASE = List.of("taken:alice", "ready", "consumers", "meta");

	private static final List<String> RETRY = List.of("taken:alice", "delayed", "consumers", "meta");

	private static final List<String> BURY = List.of("taken:alice", "dead", "letters", "consumers", "meta");

	@BeforeEach
	void aliceHoldsThreeMessages() {
		this.queue.zset("consumers", "now+60m", "alice")
			.hash("taken:alice", "#", "3", "1", "one", "2", "two", "3", "three");
	}

	private void fenceAlice() {
		this.queue.zset("consumers", "-now-5m", "alice");
	}

	@Test
	void ackRemovesAndCounts() {
		assertThat(run(Script.ACK, ACK, "alice", 1, 3)).isEqualTo(list(1L, 2L));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "3", "2", "two"), "meta",
				map("acked", "2"));
	}

	@Test
	void repeatedAckFindsNothingAndCountsNothing() {
		run(Script.ACK, ACK, "alice", 1, 3);
		assertThat(run(Script.ACK, ACK, "alice", 1, 3)).isEqualTo(list(1L, 0L));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "3", "2", "two"), "meta",
				map("acked", "2"));
	}

	@Test
	void ackOfAFencedConsumerTellsOfEachTagWhetherItWasThere() {
		fenceAlice();
		assertThat(run(Script.ACK, ACK, "alice", 1, 9, 3)).isEqualTo(list(0L, 2L, 1L, 0L, 1L));
		assertState("consumers", map("alice", "-now-5m"), "taken:alice", map("#", "3", "2", "two"), "meta",
				map("acked", "2"));
	}

	@Test
	void ackAfterRecoveryChangesNothing() {
		this.queue.delete("taken:alice").delete("consumers").list("ready", "one");
		assertThat(run(Script.ACK, ACK, "alice", 1)).isEqualTo(list(0L, 0L, 0L));
		assertState("ready", list("one"));
	}

	@Test
	void ackOfTheHighestTagKeepsTheMark() {
		assertThat(run(Script.ACK, ACK, "alice", 1, 2, 3)).isEqualTo(list(1L, 3L));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "3"), "meta", map("acked", "3"));
	}

	@Test
	void aThousandAcksAreOneCall() {
		List<Object> args = new ArrayList<>(List.of("alice"));
		List<String> fields = new ArrayList<>(List.of("#", "1000"));
		for (int tag = 1; tag <= 1000; tag++) {
			args.add(tag);
			fields.addAll(List.of(String.valueOf(tag), "m"));
		}
		this.queue.hash("taken:alice", fields.toArray(String[]::new));
		assertThat(run(Script.ACK, ACK, args.toArray())).isEqualTo(list(1L, 1000L));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "1000"), "meta",
				map("acked", "1000"));
	}

	@Test
	void releasePutsBackToTheHeadInTheOrderOfTheTags() {
		this.queue.list("ready", "r1");
		assertThat(run(Script.RELEASE, RELEASE, "alice", "", 1, "", 2, "changed", 3, ""))
			.isEqualTo(list(1L, 3L, 1L, 1L, 1L));
		assertState("ready", list("one", "changed", "three", "r1"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3"));
	}

	@Test
	void releaseOfWhatIsGoneChangesNothing() {
		run(Script.RELEASE, RELEASE, "alice", "", 1, "");
		assertThat(run(Script.RELEASE, RELEASE, "alice", "", 1, "", 9, "new", 3, ""))
			.isEqualTo(list(1L, 1L, 0L, 0L, 1L));
		assertState("ready", list("three", "one"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3", "2", "two"));
	}

	@Test
	void releaseAddsToATotalWhatWasThere() {
		fenceAlice();
		assertThat(run(Script.RELEASE, RELEASE, "alice", "recovered", 1, "again", 9, "again"))
			.isEqualTo(list(0L, 1L, 1L, 0L));
		assertState("ready", list("again"), "consumers", map("alice", "-now-5m"), "taken:alice",
				map("#", "3", "2", "two", "3", "three"), "meta", map("recovered", "1"));
	}

	@Test
	void emptyMessageIsReleasedEmpty() {
		this.queue.hash("taken:alice", "2", "");
		assertThat(run(Script.RELEASE, RELEASE, "alice", "", 2, "")).isEqualTo(list(1L, 1L, 1L));
		assertState("ready", list(""), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3", "1", "one", "3", "three"));
	}

	@Test
	void fiveHundredReleasesAreOneCall() {
		List<Object> args = new ArrayList<>(List.of("alice", "recovered"));
		List<String> fields = new ArrayList<>(List.of("#", "500"));
		List<Object> expected = new ArrayList<>();
		for (int tag = 1; tag <= 500; tag++) {
			args.addAll(List.of(tag, ""));
			fields.addAll(List.of(String.valueOf(tag), "m" + tag));
			expected.add("m" + tag);
		}
		this.queue.hash("taken:alice", fields.toArray(String[]::new));
		List<?> reply = (List<?>) run(Script.RELEASE, RELEASE, args.toArray());
		assertThat(reply).hasSize(502);
		assertThat(reply.subList(0, 2)).isEqualTo(list(1L, 500L));
		assertState("ready", expected, "consumers", map("alice", "now+60m"), "taken:alice", map("#", "500"), "meta",
				map("recovered", "500"));
	}

	@Test
	void retryDelaysTheNewMessage() {
		assertThat(run(Script.RETRY, RETRY, "alice", 2, "k", "again", 300_000, "retried"))
			.isEqualTo(list(1L, 1L, "now+5m", "now"));
		assertState("delayed", map("k000000000000001again", "now+5m"), "consumers", map("alice", "now+60m"),
				"taken:alice", map("#", "3", "1", "one", "3", "three"), "meta", map("sequence", "1", "retried", "1"));
	}

	@Test
	void retryOfKindTMayLeaveTheMessageAsItWas() {
		assertThat(run(Script.RETRY, RETRY, "alice", 2, "t", "", 0, "")).isEqualTo(list(1L, 1L, "now", "now"));
		assertState("delayed", map("t000000000000001two", "now"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3", "1", "one", "3", "three"), "meta", map("sequence", "1"));
	}

	@Test
	void repeatedRetryFindsNothing() {
		run(Script.RETRY, RETRY, "alice", 2, "k", "again", 300_000, "retried");
		assertThat(run(Script.RETRY, RETRY, "alice", 2, "k", "again", 300_000, "retried"))
			.isEqualTo(list(1L, 0L, 0L, "now"));
		assertState("delayed", map("k000000000000001again", "now+5m"), "consumers", map("alice", "now+60m"),
				"taken:alice", map("#", "3", "1", "one", "3", "three"), "meta", map("sequence", "1", "retried", "1"));
	}

	@Test
	void retryOfAFencedConsumerSaysSo() {
		fenceAlice();
		assertThat(run(Script.RETRY, RETRY, "alice", 2, "k", "again", 300_000, "recovered"))
			.isEqualTo(list(0L, 1L, "now+5m", "now"));
		assertState("delayed", map("k000000000000001again", "now+5m"), "consumers", map("alice", "-now-5m"),
				"taken:alice", map("#", "3", "1", "one", "3", "three"), "meta", map("sequence", "1", "recovered", "1"));
	}

	@Test
	void equalMessagesWithEqualDueTimesStayApartAndInOrder() {
		this.queue.hash("meta", "sequence", "14");
		for (int tag = 1; tag <= 3; tag++) {
			run(Script.RETRY, RETRY, "alice", tag, "k", "same", 300_000, "");
		}
		assertThat(members("delayed")).containsExactly("k00000000000000fsame", "k000000000000010same",
				"k000000000000011same");
	}

	@Test
	void buryKeepsTheBytesBehindTheHeadOfTheLetter() {
		this.queue.hash("taken:alice", "2", "\0\u00ff\r\n");
		assertThat(run(Script.BURY, BURY, "alice", 2, "id", "head:1\n\n")).isEqualTo(list(1L, 1L));
		assertState("dead", map("id", "now"), "letters", map("id", "head:1\n\n\0\u00ff\r\n"), "consumers",
				map("alice", "now+60m"), "taken:alice", map("#", "3", "1", "one", "3", "three"), "meta",
				map("buried", "1"));
	}

	@Test
	void buryCountsInAnotherTotalTooWhereOneIsGiven() {
		assertThat(run(Script.BURY, BURY, "alice", 2, "id", "head\n", "expired")).isEqualTo(list(1L, 1L));
		assertThat(run(Script.BURY, BURY, "alice", 2, "id", "head\n", "expired")).isEqualTo(list(1L, 0L));
		assertState("dead", map("id", "now"), "letters", map("id", "head\ntwo"), "consumers", map("alice", "now+60m"),
				"taken:alice", map("#", "3", "1", "one", "3", "three"), "meta", map("buried", "1", "expired", "1"));
	}

	@Test
	void repeatedBuryFindsNothing() {
		run(Script.BURY, BURY, "alice", 2, "id", "head\n");
		assertThat(run(Script.BURY, BURY, "alice", 2, "id", "head\n")).isEqualTo(list(1L, 0L));
		fenceAlice();
		assertThat(run(Script.BURY, BURY, "alice", 9, "id", "head\n")).isEqualTo(list(0L, 0L));
		assertState("dead", map("id", "now"), "letters", map("id", "head\ntwo"), "consumers", map("alice", "-now-5m"),
				"taken:alice", map("#", "3", "1", "one", "3", "three"), "meta", map("buried", "1"));
	}

	@Test
	void letterNeverOverwritesAnother() {
		this.queue.zset("dead", 1000, "id", 1000, "id~1").hash("letters", "id", "first", "id~1", "of a user's own id");
		assertThat(run(Script.BURY, BURY, "alice", 2, "id", "head\n")).isEqualTo(list(1L, 1L));
		assertThat(run(Script.BURY, BURY, "alice", 3, "id", "head\n")).isEqualTo(list(1L, 1L));
		assertState("dead", map("id", "1000", "id~1", "1000", "id~2", "now", "id~3", "now"), "letters",
				map("id", "first", "id~1", "of a user's own id", "id~2", "head\ntwo", "id~3", "head\nthree"),
				"consumers", map("alice", "now+60m"), "taken:alice", map("#", "3", "1", "one"), "meta",
				map("buried", "2", "sequence", "3"));
	}

	@Test
	void letterWithAnEmptyIdGetsOne() {
		assertThat(run(Script.BURY, BURY, "alice", 2, "", "head\n")).isEqualTo(list(1L, 1L));
		assertState("dead", map("~1", "now"), "letters", map("~1", "head\ntwo"), "consumers", map("alice", "now+60m"),
				"taken:alice", map("#", "3", "1", "one", "3", "three"), "meta", map("buried", "1", "sequence", "1"));
	}

	@Test
	void discardRemovesAndCountsOnce() {
		List<String> keys = List.of("taken:alice", "consumers", "meta");
		assertThat(run(Script.DISCARD, keys, "alice", 2, "expired")).isEqualTo(list(1L, 1L));
		assertThat(run(Script.DISCARD, keys, "alice", 2, "expired")).isEqualTo(list(1L, 0L));
		fenceAlice();
		assertThat(run(Script.DISCARD, keys, "alice", 9, "expired")).isEqualTo(list(0L, 0L));
		assertState("consumers", map("alice", "-now-5m"), "taken:alice", map("#", "3", "1", "one", "3", "three"),
				"meta", map("expired", "1"));
	}

	@Test
	void beginNotesTheTagOfAMessageThatIsHeld() {
		List<String> keys = List.of("taken:alice", "begun:alice");
		assertThat(run(Script.BEGIN, keys, 2)).isEqualTo(list(1L));
		assertThat(run(Script.BEGIN, keys, 2)).isEqualTo(list(1L));
		assertThat(run(Script.BEGIN, keys, 9)).isEqualTo(list(0L));
		assertState("begun:alice", Set.of("2"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3", "1", "one", "2", "two", "3", "three"));
	}

}
