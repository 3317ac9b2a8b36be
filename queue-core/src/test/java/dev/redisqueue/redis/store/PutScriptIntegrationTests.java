package dev.redisqueue.redis.store;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PutScriptIntegrationTests extends ScriptTestSupport {

	private static final List<String> PUT_DELAYED = List.of("delayed", "meta");

	private static final List<String> PUT_UNIQUE = List.of("unique:key", "ready", "delayed", "meta");

	private static final List<String> PROMOTE = List.of("delayed", "ready", "meta");

	@Test
	void delayCountsFromTheClockOfRedis() {
		assertThat(run(Script.PUT_DELAYED, PUT_DELAYED, "\0\u00ff\r\n", "+300000")).isEqualTo(list("now+5m", "now"));
		assertState("delayed", map("k000000000000001\0\u00ff\r\n", "now+5m"), "meta", map("sequence", "1"));
	}

	@Test
	void dueTimeMayLieInThePast() {
		assertThat(run(Script.PUT_DELAYED, PUT_DELAYED, "", "5")).isEqualTo(list(5L, "now"));
		assertState("delayed", map("k000000000000001", "5"), "meta", map("sequence", "1"));
	}

	@Test
	void equalMessagesStayApart() {
		run(Script.PUT_DELAYED, PUT_DELAYED, "same", "5");
		run(Script.PUT_DELAYED, PUT_DELAYED, "same", "5");
		assertThat(members("delayed")).containsExactly("k000000000000001same", "k000000000000002same");
	}

	@Test
	void equalMessagesStayApartWhereSomebodyDeletedTheSequence() {
		run(Script.PUT_DELAYED, PUT_DELAYED, "same", "5");
		this.queue.delete("meta");
		run(Script.PUT_DELAYED, PUT_DELAYED, "same", "6");
		assertState("delayed", map("k000000000000001same", "5", "k000000000000002same", "6"), "meta",
				map("sequence", "2"));
	}

	@Test
	void uniquePutIsReadyAtOnceAndReserves() {
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "")).isEqualTo(list(1L, null, "now"));
		assertState("ready", list("message"), "unique:key", "id");
		assertThat(this.queue.dump().get(this.queue.key("unique:key")).expires()).isTrue();
	}

	@Test
	void uniquePutMayBeDelayed() {
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "+300000"))
			.isEqualTo(list(1L, "now+5m", "now"));
		assertState("delayed", map("k000000000000001message", "now+5m"), "unique:key", "id", "meta",
				map("sequence", "1"));
		this.queue.delete("unique:key").delete("delayed");
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "5")).isEqualTo(list(1L, 5L, "now"));
		assertState("delayed", map("k000000000000002message", "5"), "unique:key", "id", "meta", map("sequence", "2"));
	}

	@Test
	void anotherMessageWithTheSameKeyIsRefused() {
		this.queue.string("unique:key", "id");
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "other", 60_000, "")).isEqualTo(list(0L));
		assertState("unique:key", "id");
	}

	@Test
	void repeatedUniquePutIsStoredOnce() {
		run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "");
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "")).isEqualTo(list(2L));
		assertState("ready", list("message"), "unique:key", "id");
	}

	@Test
	void boundedPutStoresAllOrNone() {
		this.queue.list("ready", "r1");
		assertThat(run(Script.PUT_BOUNDED, List.of("ready"), 3, "a", "b")).isEqualTo(list(1L));
		assertState("ready", list("r1", "a", "b"));
		assertThat(run(Script.PUT_BOUNDED, List.of("ready"), 4, "c", "d")).isEqualTo(list(0L, 3L));
		assertThat(run(Script.PUT_BOUNDED, List.of("ready"), 2, "c")).as("others push past it").isEqualTo(list(0L, 3L));
		assertState("ready", list("r1", "a", "b"));
	}

	@Test
	void boundedPutTakesAThousand() {
		Object[] args = new Object[1001];
		java.util.Arrays.fill(args, "m");
		args[0] = 1000;
		assertThat(run(Script.PUT_BOUNDED, List.of("ready"), args)).isEqualTo(list(1L));
		assertThat(run(Script.PUT_BOUNDED, List.of("ready"), 1000, "m")).isEqualTo(list(0L, 1000L));
	}

	@Test
	void uniquePutForWhichThereIsNoRoomReservesNothing() {
		this.queue.list("ready", "r1", "r2");
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "", 2)).isEqualTo(list(3L, 2L));
		assertState("ready", list("r1", "r2"));
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "", 3)).isEqualTo(list(1L, null, "now"));
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "", 3)).as("stored before")
			.isEqualTo(list(2L));
		assertState("ready", list("r1", "r2", "message"), "unique:key", "id");
	}

	@Test
	void uniquePutWithADelayNeedsNoRoom() {
		this.queue.list("ready", "r1", "r2");
		assertThat(run(Script.PUT_UNIQUE, PUT_UNIQUE, "message", "id", 60_000, "+300000", 1))
			.isEqualTo(list(1L, "now+5m", "now"));
	}

	@Test
	void promoteMovesDueMessagesToTheTailInOrder() {
		this.queue.list("ready", "r1")
			.zset("delayed", 7, "k000000000000003third", 5, "t000000000000002second", 5, "k000000000000001first",
					"now+5m", "k000000000000004later");
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 1000)).isEqualTo(list(3L, "now+5m", "now"));
		assertState("ready", list("r1", "first", "second", "third"), "delayed", map("k000000000000004later", "now+5m"));
	}

	@Test
	void promoteOfARawQueueLeavesFramesWhereTheyAre() {
		this.queue.zset("delayed", 5, "t000000000000001frame", 6, "k000000000000002raw", "now+5m",
				"k000000000000003later");
		assertThat(run(Script.PROMOTE, PROMOTE, "k", 1000)).isEqualTo(list(1L, "5", "now"));
		assertState("ready", list("raw"), "delayed",
				map("t000000000000001frame", "5", "k000000000000003later", "now+5m"));
	}

	@Test
	void promoteOfNothingChangesNothing() {
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 1000)).isEqualTo(list(0L, null, "now"));
		this.queue.zset("delayed", "now+5m", "k000000000000001later");
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 1000)).isEqualTo(list(0L, "now+5m", "now"));
		assertState("delayed", map("k000000000000001later", "now+5m"));
	}

	@Test
	void promoteMovesAHundredAtMost() {
		Object[] due = new Object[202];
		for (int i = 0; i < due.length; i += 2) {
			due[i] = 5;
			due[i + 1] = "k" + String.format("%015x", i) + "m";
		}
		this.queue.zset("delayed", due);
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 100_000)).isEqualTo(list(100L, "5", "now"));
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 100_000)).isEqualTo(list(1L, null, "now"));
		assertThat((List<?>) this.queue.read().get("ready")).hasSize(101);
	}

	@Test
	void promoteLooksPastMessagesThatAreForTakers() {
		Object[] due = new Object[402];
		for (int i = 0; i < due.length; i += 2) {
			due[i] = (i < 400) ? 5 : 6;
			due[i + 1] = ((i < 400) ? "t" : "k") + String.format("%015x", i) + "m";
		}
		this.queue.zset("delayed", due);
		assertThat(run(Script.PROMOTE, PROMOTE, "k", 100_000)).isEqualTo(list(1L, "5", "now"));
		assertThat((List<?>) this.queue.read().get("ready")).hasSize(1);
	}

	@Test
	void promoteTellsHowManyItLookedPastSoThatTheNextGoesOnThere() {
		Object[] due = new Object[2402];
		for (int i = 0; i < due.length; i += 2) {
			due[i] = (i < 2400) ? 5 : 6;
			due[i + 1] = ((i < 2400) ? "t" : "k") + String.format("%015x", i) + "m";
		}
		this.queue.zset("delayed", due);
		assertThat(run(Script.PROMOTE, PROMOTE, "k", 100_000)).isEqualTo(list(0L, "5", "now", 1000L));
		assertThat(run(Script.PROMOTE, PROMOTE, "k", 100_000, 1000)).isEqualTo(list(1L, "5", "now"));
		assertThat(run(Script.PROMOTE, PROMOTE, "k", 100_000, 1000)).isEqualTo(list(0L, "5", "now"));
		assertThat(this.queue.read().get("ready")).isEqualTo(list("m"));
	}

	@Test
	void promoteStaysWithinItsBytes() {
		Object[] due = new Object[200];
		for (int i = 0; i < due.length; i += 2) {
			due[i] = 5;
			due[i + 1] = "k" + String.format("%015x", i) + "x".repeat(84);
		}
		this.queue.zset("delayed", due);
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 2000)).isEqualTo(list(19L, "5", "now"));
	}

	@Test
	void promoteStaysWithinItsBytesWhereSmallMessagesPrecedeLargeOnes() {
		Object[] due = new Object[200];
		for (int i = 0; i < due.length; i += 2) {
			due[i] = 5;
			due[i + 1] = "k" + String.format("%015x", i) + ((i < 20) ? "" : "x".repeat(400));
		}
		this.queue.zset("delayed", due);
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 1000)).isEqualTo(list(12L, "5", "now"));
	}

	@Test
	void promoteMovesOneMessageWhateverItsBytes() {
		this.queue.zset("delayed", 5, "k000000000000001" + "x".repeat(400), 6, "k000000000000002y");
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 100)).isEqualTo(list(1L, "6", "now"));
		assertState("ready", list("x".repeat(400)), "delayed", map("k000000000000002y", "6"));
	}

	@Test
	void emptyMessageIsDelayedAndPromoted() {
		run(Script.PUT_DELAYED, PUT_DELAYED, "", "5");
		assertThat(run(Script.PROMOTE, PROMOTE, "kt", 1000)).isEqualTo(list(1L, null, "now"));
		assertState("ready", list(""), "meta", map("sequence", "1"));
	}

}
