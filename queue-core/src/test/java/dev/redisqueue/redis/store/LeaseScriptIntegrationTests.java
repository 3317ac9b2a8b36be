package dev.redisqueue.redis.store;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseScriptIntegrationTests extends ScriptTestSupport {

	private static final int HOUR = 3_600_000;

	private static final List<String> REGISTER = List.of("consumers", "taken:alice", "meta");

	private static final List<String> HEARTBEAT = List.of("consumers", "taken:alice");

	private static final List<String> FENCE = List.of("consumers");

	private static final List<String> FINISH = List.of("taken:alice", "begun:alice", "consumers");

	private static final List<String> TICK = List.of("ready", "arrived", "delayed", "consumers", "meta");

	@Test
	void registerMakesAConsumerLiveAndNotesLayoutAndLease() {
		assertThat(run(Script.REGISTER, REGISTER, "alice", HOUR, 1)).isEqualTo(list(1L));
		assertState("consumers", map("alice", "now+60m"), "meta", map("layout", "1", "lease", "3600000"));
	}

	@Test
	void registerRefusesAnIdThatIsInUse() {
		this.queue.zset("consumers", "now+5m", "alice");
		assertThat(run(Script.REGISTER, REGISTER, "alice", HOUR, 1)).isEqualTo(list(0L));
		assertState("consumers", map("alice", "now+5m"));
	}

	@Test
	void registerRefusesAFencedId() {
		this.queue.zset("consumers", "-now-5m", "alice");
		assertThat(run(Script.REGISTER, REGISTER, "alice", HOUR, 1)).isEqualTo(list(0L));
		assertState("consumers", map("alice", "-now-5m"));
	}

	@Test
	void registerRefusesAnIdThatHoldsMessages() {
		withoutInvariants();
		this.queue.hash("taken:alice", "#", "1", "1", "one");
		assertThat(run(Script.REGISTER, REGISTER, "alice", HOUR, 1)).isEqualTo(list(0L));
		assertState("taken:alice", map("#", "1", "1", "one"));
	}

	@Test
	void registerLeavesANewerLayoutAlone() {
		this.queue.hash("meta", "layout", "2");
		assertThat(run(Script.REGISTER, REGISTER, "alice", HOUR, 1)).isEqualTo(list(-1L));
		assertState("meta", map("layout", "2"));
	}

	@Test
	void registerRaisesLayoutAndKeepsTheLongestLease() {
		this.queue.hash("meta", "layout", "1", "lease", "7200000");
		assertThat(run(Script.REGISTER, REGISTER, "alice", HOUR, 2)).isEqualTo(list(1L));
		assertState("consumers", map("alice", "now+60m"), "meta", map("layout", "2", "lease", "7200000"));
	}

	@Test
	void heartbeatRenewsAndCountsMessages() {
		this.queue.zset("consumers", "now+5m", "alice", "now+7m", "bob")
			.hash("taken:alice", "#", "3", "1", "one", "2", "two");
		assertThat(run(Script.HEARTBEAT, HEARTBEAT, "alice", HOUR)).isEqualTo(list(2L));
		assertState("consumers", map("bob", "now+7m", "alice", "now+60m"), "taken:alice",
				map("#", "3", "1", "one", "2", "two"));
	}

	@Test
	void heartbeatOfAConsumerThatHoldsNothingCountsNone() {
		this.queue.zset("consumers", "now-5m", "alice");
		assertThat(run(Script.HEARTBEAT, HEARTBEAT, "alice", HOUR)).isEqualTo(list(0L));
		this.queue.hash("taken:alice", "#", "7");
		assertThat(run(Script.HEARTBEAT, HEARTBEAT, "alice", HOUR)).isEqualTo(list(0L));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "7"));
	}

	@Test
	void heartbeatNeverCreatesAnEntry() {
		assertThat(run(Script.HEARTBEAT, HEARTBEAT, "alice", HOUR)).isEqualTo(list(-1L));
		assertState();
	}

	@Test
	void heartbeatOfAFencedConsumerChangesNothing() {
		this.queue.zset("consumers", "-now-5m", "alice");
		assertThat(run(Script.HEARTBEAT, HEARTBEAT, "alice", HOUR)).isEqualTo(list(-1L));
		assertState("consumers", map("alice", "-now-5m"));
	}

	@Test
	void fenceMarksAConsumerWhoseLeaseRanOut() {
		this.queue.zset("consumers", "now-1m", "alice", "now+5m", "bob");
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 0)).isEqualTo(list("OK"));
		assertState("consumers", map("alice", "-now-5m", "bob", "now+5m"));
	}

	@Test
	void fenceLeavesALiveConsumerAlone() {
		this.queue.zset("consumers", "now+5m", "alice");
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 0)).isEqualTo(list("ALIVE"));
		assertState("consumers", map("alice", "now+5m"));
	}

	@Test
	void fenceMarksALiveConsumerForItsOwner() {
		this.queue.zset("consumers", "now+5m", "alice");
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 1)).isEqualTo(list("OK"));
		assertState("consumers", map("alice", "-now-5m"));
	}

	@Test
	void fenceLetsOneProcessWorkWhileItsLockRuns() {
		this.queue.zset("consumers", "-now-1m", "alice");
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 0)).isEqualTo(list("BUSY"));
		assertState("consumers", map("alice", "-now-1m"));
	}

	@Test
	void fenceCanBeResumedAfterTheLock() {
		this.queue.zset("consumers", "-now+1m", "alice");
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 0)).isEqualTo(list("OK"));
		assertState("consumers", map("alice", "-now-5m"));
	}

	@Test
	void fenceOfNobodyChangesNothing() {
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 1)).isEqualTo(list("GONE"));
		assertState();
	}

	@Test
	void adoptGivesOrphanedMessagesAnExpiredEntry() {
		this.queue.hash("taken:alice", "#", "1", "1", "one").zset("consumers", "now+5m", "bob");
		assertThat(run(Script.ADOPT, HEARTBEAT, "alice")).isEqualTo(list(1L));
		assertState("consumers", map("alice", "1", "bob", "now+5m"), "taken:alice", map("#", "1", "1", "one"));
		assertThat(run(Script.FENCE, FENCE, "alice", 300_000, 0)).isEqualTo(list("OK"));
	}

	@Test
	void adoptLeavesAnEntryAloneWhateverItIs() {
		this.queue.hash("taken:alice", "#", "1", "1", "one").zset("consumers", "-now-5m", "alice");
		assertThat(run(Script.ADOPT, HEARTBEAT, "alice")).isEqualTo(list(0L));
		assertState("consumers", map("alice", "-now-5m"), "taken:alice", map("#", "1", "1", "one"));
	}

	@Test
	void adoptOfNothingMakesNoEntry() {
		assertThat(run(Script.ADOPT, HEARTBEAT, "alice")).isEqualTo(list(0L));
		assertState();
	}

	@Test
	void finishRemovesAllThatIsLeftOfAConsumer() {
		this.queue.zset("consumers", "-now-5m", "alice", "now+5m", "bob")
			.hash("taken:alice", "#", "7")
			.set("begun:alice", "5");
		assertThat(run(Script.FINISH, FINISH, "alice")).isEqualTo(list(1L));
		assertThat(run(Script.FINISH, FINISH, "alice")).isEqualTo(list(1L));
		assertState("consumers", map("bob", "now+5m"));
	}

	@Test
	void finishRefusesWhileMessagesAreHeld() {
		this.queue.zset("consumers", "-now-5m", "alice")
			.hash("taken:alice", "#", "7", "7", "m")
			.set("begun:alice", "7");
		assertThat(run(Script.FINISH, FINISH, "alice")).isEqualTo(list(0L));
		assertState("consumers", map("alice", "-now-5m"), "taken:alice", map("#", "7", "7", "m"), "begun:alice",
				Set.of("7"));
	}

	@Test
	void finishRefusesALiveConsumer() {
		this.queue.zset("consumers", "now+5m", "alice").hash("taken:alice", "#", "7");
		assertThat(run(Script.FINISH, FINISH, "alice")).isEqualTo(list(0L));
		this.queue.zset("consumers", "now-5m", "alice");
		assertThat(run(Script.FINISH, FINISH, "alice")).isEqualTo(list(0L));
		assertState("consumers", map("alice", "now-5m"), "taken:alice", map("#", "7"));
	}

	@Test
	void heldReadsMessagesAsFarAsTheBytesGo() {
		this.queue.zset("consumers", "now+5m", "alice")
			.hash("taken:alice", "#", "5", "1", "12345", "2", "\0\u00ff", "3", "x".repeat(11), "4", "", "5", "12345");
		List<String> keys = List.of("taken:alice");
		assertThat(run(Script.HELD, keys, 10, 100, 5, 9, 2, 3, 4)).isEqualTo(list("12345", null, "\0\u00ff", 11L, ""));
		assertThat(run(Script.HELD, keys, 10, 9, 5, 2, 1)).isEqualTo(list("12345", "\0\u00ff"));
		assertThat(run(Script.HELD, keys, 10, 1, 5, 1)).isEqualTo(list("12345"));
		assertThat(run(Script.HELD, keys, 10, 1, 9, 3, 1)).isEqualTo(list(null, 11L));
	}

	@Test
	void tickPutsArrivedMessagesBackToTheHeadInOrder() {
		this.queue.list("arrived", "a1", "a2", "a3").list("ready", "r1").zset("delayed", "now+5m", "k000000000000001x");
		assertThat(run(Script.TICK, TICK, HOUR, 1)).isEqualTo(list("now+5m", null, "now", 0L));
		assertState("ready", list("a1", "a2", "a3", "r1"), "delayed", map("k000000000000001x", "now+5m"));
	}

	@Test
	void tickLeavesANewerLayoutAlone() {
		this.queue.list("arrived", "a1").zset("consumers", "now-5m", "carol").hash("meta", "layout", "2");
		assertThat(run(Script.TICK, TICK, HOUR, 1)).isEqualTo(list(null, null, "now", 1L));
		assertState("arrived", list("a1"), "consumers", map("carol", "now-5m"), "meta", map("layout", "2"));
	}

	@Test
	void tickOfAnEmptyQueueChangesNothing() {
		assertThat(run(Script.TICK, TICK, HOUR, 1)).isEqualTo(list(null, null, "now", 0L));
		assertState();
	}

	@Test
	void tickFindsExpiredConsumersAndAbandonedRecoveries() {
		this.queue.zset("consumers", "now+5m", "alice", "-now-5m", "bob", "now-5m", "carol");
		assertThat(run(Script.TICK, TICK, HOUR, 1)).isEqualTo(list(null, "carol", "now", 0L));
		this.queue.zset("consumers", "now+5m", "carol", "-now+5m", "bob");
		assertThat(run(Script.TICK, TICK, HOUR, 1)).isEqualTo(list(null, "bob", "now", 0L));
		assertState("consumers", map("alice", "now+5m", "bob", "-now+5m", "carol", "now+5m"));
	}

	@Test
	void tickClampsDeadlinesThatAClockWhichWentBackLeft() {
		this.queue.zset("consumers", "now+130m", "alice", "-now-130m", "bob", "now+110m", "carol", "-now-110m", "dave");
		run(Script.TICK, TICK, HOUR, 1);
		assertState("consumers",
				map("alice", "now+120m", "bob", "-now-120m", "carol", "now+110m", "dave", "-now-110m"));
	}

	@Test
	void tickClampsByTheLongestLeaseOfAll() {
		this.queue.zset("consumers", "now+130m", "alice", "now+250m", "bob").hash("meta", "lease", "7200000");
		run(Script.TICK, TICK, HOUR, 1);
		assertState("consumers", map("alice", "now+130m", "bob", "now+240m"), "meta", map("lease", "7200000"));
	}

}
