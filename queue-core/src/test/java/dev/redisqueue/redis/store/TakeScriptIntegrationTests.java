package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TakeScriptIntegrationTests extends ScriptTestSupport {

	private static final List<String> TAKE = List.of("ready", "arrived", "delayed", "consumers", "taken:alice", "meta");

	private static final List<String> TAKE_DUE = List.of("delayed", "consumers", "taken:alice", "meta");

	private Object take(int first, int most) {
		return run(Script.TAKE, TAKE, "alice", first, most, 100, 1000);
	}

	private Object takeDue(int first, int most) {
		return run(Script.TAKE_DUE, TAKE_DUE, "alice", first, most, 100, 1000);
	}

	private void registerAlice() {
		this.queue.zset("consumers", "now+60m", "alice");
	}

	@Test
	void takeBorrowsArrivedBeforeReadyMessagesInOrder() {
		registerAlice();
		this.queue.list("arrived", "a1", "a2")
			.list("ready", "r1", "r2", "r3")
			.zset("delayed", "now+5m", "k000000000000001later");
		assertThat(take(1, 4)).isEqualTo(list("OK", list("a1", "a2", "r1", "r2"), "now+5m", null));
		assertState("ready", list("r3"), "delayed", map("k000000000000001later", "now+5m"), "consumers",
				map("alice", "now+60m"), "taken:alice", map("#", "4", "1", "a1", "2", "a2", "3", "r1", "4", "r2"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 9, 10, 11, 95, 990, 1001, 999_999_998 })
	void tagsFollowOneAnother(int first) {
		registerAlice();
		List<String> messages = IntStream.range(0, 25).mapToObj((i) -> "m" + i).toList();
		this.queue.list("ready", messages.toArray(String[]::new));
		assertThat(take(first, 25)).isEqualTo(list("OK", messages, null, null));
		List<String> taken = new ArrayList<>(List.of("#", String.valueOf(first + 24)));
		IntStream.range(0, 25).forEach((i) -> taken.addAll(List.of(String.valueOf(first + i), "m" + i)));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map(taken.toArray(String[]::new)));
	}

	@Test
	void takeLeavesArrivedMessagesBeyondItsNumber() {
		registerAlice();
		this.queue.list("arrived", "a1", "a2", "a3").list("ready", "r1");
		assertThat(take(1, 2)).isEqualTo(list("OK", list("a1", "a2"), null, null));
		assertState("arrived", list("a3"), "ready", list("r1"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "2", "1", "a1", "2", "a2"));
	}

	@Test
	void takeDoesNotPromoteButTellsTheNextDueTime() {
		registerAlice();
		this.queue.zset("delayed", "now-5m", "k000000000000001due");
		assertThat(take(1, 2)).isEqualTo(list("OK", list(), "now-5m", null));
		assertState("delayed", map("k000000000000001due", "now-5m"), "consumers", map("alice", "now+60m"));
	}

	@Test
	void takeOfNothingNamesAnExpiredConsumer() {
		this.queue.zset("consumers", "now+60m", "alice", "now-5m", "bob");
		assertThat(take(1, 2)).isEqualTo(list("OK", list(), null, "bob"));
		assertState("consumers", map("alice", "now+60m", "bob", "now-5m"));
	}

	@Test
	void takeOfNothingNamesAConsumerWhoseRecoveryWasAbandoned() {
		this.queue.zset("consumers", "now+60m", "alice", "-now+5m", "bob", "-now-5m", "carol");
		assertThat(take(1, 2)).isEqualTo(list("OK", list(), null, "bob"));
		assertState("consumers", map("alice", "now+60m", "bob", "-now+5m", "carol", "-now-5m"));
	}

	@Test
	void takeOfAConsumerWithoutAnEntryIsLost() {
		this.queue.list("ready", "r1");
		assertThat(take(1, 2)).isEqualTo(list("LOST"));
		assertState("ready", list("r1"));
	}

	@Test
	void takeOfAFencedConsumerIsLost() {
		this.queue.list("ready", "r1").zset("consumers", "-now-5m", "alice");
		assertThat(take(1, 2)).isEqualTo(list("LOST"));
		assertState("ready", list("r1"), "consumers", map("alice", "-now-5m"));
	}

	@Test
	void takeAfterTheLeaseRanOutWorksUntilSomebodyFences() {
		this.queue.list("ready", "r1").zset("consumers", "now-5m", "alice");
		assertThat(take(1, 2)).isEqualTo(list("OK", list("r1"), null, null));
		assertState("consumers", map("alice", "now-5m"), "taken:alice", map("#", "1", "1", "r1"));
	}

	@Test
	void repeatedTakeGetsTheSameMessagesAgain() {
		registerAlice();
		this.queue.list("ready", "r1", "r2", "r3");
		Object first = take(1, 2);
		assertThat(take(1, 2)).isEqualTo(first).isEqualTo(list("OK", list("r1", "r2"), null, null));
		assertState("ready", list("r3"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "2", "1", "r1", "2", "r2"));
	}

	@Test
	void repeatedTakeGetsNoMoreThanItAskedFor() {
		registerAlice();
		this.queue.hash("taken:alice", "#", "3", "1", "r1", "2", "r2", "3", "r3");
		assertThat(take(1, 2)).isEqualTo(list("OK", list("r1", "r2"), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3", "1", "r1", "2", "r2", "3", "r3"));
	}

	@Test
	void copyOfATakeThatComesTooLateIsStale() {
		registerAlice();
		this.queue.list("ready", "r1").hash("taken:alice", "#", "3", "3", "x");
		assertThat(take(2, 2)).isEqualTo(list("STALE"));
		assertState("ready", list("r1"), "consumers", map("alice", "now+60m"), "taken:alice", map("#", "3", "3", "x"));
	}

	@Test
	void tagsAreComparedAsNumbers() {
		registerAlice();
		this.queue.list("ready", "r1").hash("taken:alice", "#", "9");
		assertThat(take(10, 1)).isEqualTo(list("OK", list("r1"), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "10", "10", "r1"));
	}

	@Test
	void tagsOfFourteenDigitsStayWhole() {
		registerAlice();
		this.queue.list("ready", "r1", "r2");
		assertThat(run(Script.TAKE, TAKE, "alice", "99999999999998", 2, 100, 1000))
			.isEqualTo(list("OK", list("r1", "r2"), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "99999999999999", "99999999999998", "r1", "99999999999999", "r2"));
	}

	@Test
	void pauseHoldsTheTakeAndPutsArrivedMessagesBackToTheHeadInOrder() {
		registerAlice();
		this.queue.list("arrived", "a1", "a2").list("ready", "r1").hash("meta", "paused", "1");
		assertThat(take(1, 2)).isEqualTo(list("PAUSED"));
		assertState("ready", list("a1", "a2", "r1"), "consumers", map("alice", "now+60m"), "meta", map("paused", "1"));
	}

	@Test
	void repeatedTakeIsAnsweredInAPauseToo() {
		registerAlice();
		this.queue.hash("taken:alice", "#", "1", "1", "r1").hash("meta", "paused", "1");
		assertThat(take(1, 2)).isEqualTo(list("OK", list("r1"), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "1", "1", "r1"), "meta",
				map("paused", "1"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 9, 10, 11, 1000 })
	void takeBorrowsAsManyAsItAsksFor(int most) {
		registerAlice();
		String[] messages = IntStream.rangeClosed(1, 1001).mapToObj((i) -> "m" + i).toArray(String[]::new);
		this.queue.list("ready", messages);
		assertThat(run(Script.TAKE, TAKE, "alice", 1, most, 100, 1_000_000))
			.isEqualTo(list("OK", list((Object[]) messages).subList(0, most), null, null));
		assertThat(this.queue.read().get("ready")).isEqualTo(list((Object[]) messages).subList(most, 1001));
	}

	@Test
	void takeStaysWithinItsBytes() {
		registerAlice();
		this.queue.list("arrived", "123456").list("ready", "1234", "12");
		assertThat(run(Script.TAKE, TAKE, "alice", 1, 10, 100, 10))
			.isEqualTo(list("OK", list("123456", "1234"), null, null));
		assertState("ready", list("12"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "2", "1", "123456", "2", "1234"));
	}

	@Test
	void whatDidNotFitOfTheArrivedMessagesIsNotOvertakenByReadyOnes() {
		registerAlice();
		this.queue.list("arrived", "123456", "abcdef").list("ready", "1");
		assertThat(run(Script.TAKE, TAKE, "alice", 1, 10, 100, 10)).isEqualTo(list("OK", list("123456"), null, null));
		assertState("arrived", list("abcdef"), "ready", list("1"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "1", "1", "123456"));
	}

	@Test
	void whatWasReadOfTheArrivedMessagesAndDidNotFitIsNotOvertakenEither() {
		registerAlice();
		this.queue.list("arrived", "1", "1234567890").list("ready", "2");
		assertThat(run(Script.TAKE, TAKE, "alice", 1, 10, 100, 10)).isEqualTo(list("OK", list("1"), null, null));
		assertState("arrived", list("1234567890"), "ready", list("2"), "consumers", map("alice", "now+60m"),
				"taken:alice", map("#", "1", "1", "1"));
	}

	@Test
	void takeBorrowsOneMessageWhateverItsBytes() {
		registerAlice();
		this.queue.list("arrived", "12345678901").list("ready", "1");
		assertThat(run(Script.TAKE, TAKE, "alice", 1, 10, 100, 10))
			.isEqualTo(list("OK", list("12345678901"), null, null));
		assertState("ready", list("1"), "consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "1", "1", "12345678901"));
	}

	@Test
	void manySmallMessagesBeforeLargeOnesDoNotExceedTheBytes() {
		registerAlice();
		String large = "x".repeat(400);
		String[] messages = new String[40];
		for (int i = 0; i < messages.length; i++) {
			messages[i] = (i < 10) ? "s" : large;
		}
		this.queue.list("ready", messages);
		List<?> reply = (List<?>) run(Script.TAKE, TAKE, "alice", 1, 40, 1000, 1000);
		assertThat((List<?>) reply.get(1)).hasSize(12);
		assertThat((List<?>) this.queue.read().get("ready")).hasSize(28);
	}

	@Test
	void messagesTooLargeToSendUseUpWhatMayBeRead() {
		registerAlice();
		String[] messages = new String[40];
		Arrays.fill(messages, "x".repeat(600));
		this.queue.list("ready", messages);
		assertThat(run(Script.TAKE, TAKE, "alice", 1, 40, 100, 1000)).isEqualTo(list("OK", list(600L), null, null));
		assertThat((List<?>) this.queue.read().get("ready")).hasSize(39);
	}

	@Test
	void messageTooLargeToSendIsBorrowedAndOnlyItsLengthComesBack() {
		registerAlice();
		String large = "x".repeat(101);
		this.queue.list("ready", "r1", large, "r2");
		assertThat(take(1, 3)).isEqualTo(list("OK", list("r1", 101L, "r2"), null, null));
		assertThat(take(1, 3)).isEqualTo(list("OK", list("r1", 101L, "r2"), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "3", "1", "r1", "2", large, "3", "r2"));
	}

	@Test
	void bytesOfAnyKindComeBackAsTheyAre() {
		registerAlice();
		String binary = "\0\r\n\u00ff\u00fe$1\r\n";
		this.queue.list("ready", "", binary);
		assertThat(take(1, 3)).isEqualTo(list("OK", list("", binary), null, null));
		assertThat(take(1, 3)).isEqualTo(list("OK", list("", binary), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice", map("#", "2", "1", "", "2", binary));
	}

	@Test
	void takeDueBorrowsDueMessagesOfKindT() {
		registerAlice();
		this.queue.zset("delayed", "now-9m", "t000000000000001t1", "now-8m", "k000000000000002k1", "now-7m",
				"t000000000000003t2", "now+5m", "t000000000000004t3");
		assertThat(takeDue(1, 10)).isEqualTo(list("OK", list("t1", "t2"), "now-8m", null));
		assertState("delayed", map("k000000000000002k1", "now-8m", "t000000000000004t3", "now+5m"), "consumers",
				map("alice", "now+60m"), "taken:alice", map("#", "2", "1", "t1", "2", "t2"));
	}

	@Test
	void takeDueIsRepeatedByTake() {
		registerAlice();
		this.queue.zset("delayed", "now-9m", "t000000000000001t1").list("ready", "r1");
		assertThat(takeDue(1, 10)).isEqualTo(list("OK", list("t1"), null, null));
		assertThat(takeDue(1, 10)).isEqualTo(list("STALE"));
		assertThat(take(1, 10)).isEqualTo(list("OK", list("t1"), null, null));
		assertState("ready", list("r1"), "consumers", map("alice", "now+60m"), "taken:alice", map("#", "1", "1", "t1"));
	}

	@Test
	void takeDueObeysNumberBytesAndLargest() {
		registerAlice();
		String large = "x".repeat(101);
		this.queue.zset("delayed", 1, "t000000000000001" + large, 2, "t0000000000000021234", 3, "t0000000000000031234",
				4, "t0000000000000041234");
		assertThat(run(Script.TAKE_DUE, TAKE_DUE, "alice", 1, 10, 100, 9)).as("a large one uses up what may be read")
			.isEqualTo(list("OK", list(101L), "2", null));
		assertThat(run(Script.TAKE_DUE, TAKE_DUE, "alice", 2, 10, 100, 41))
			.isEqualTo(list("OK", list("1234", "1234"), "4", null));
		assertThat(run(Script.TAKE_DUE, TAKE_DUE, "alice", 4, 1, 100, 1))
			.isEqualTo(list("OK", list("1234"), null, null));
		assertState("consumers", map("alice", "now+60m"), "taken:alice",
				map("#", "4", "1", large, "2", "1234", "3", "1234", "4", "1234"));
	}

	@Test
	void takeDueOfALostConsumerOrInAPauseTakesNothing() {
		this.queue.zset("delayed", 1, "t000000000000001t1");
		assertThat(takeDue(1, 10)).isEqualTo(list("LOST"));
		this.queue.zset("consumers", "-now-5m", "alice");
		assertThat(takeDue(1, 10)).isEqualTo(list("LOST"));
		this.queue.zset("consumers", "now+60m", "alice").hash("meta", "paused", "1");
		assertThat(takeDue(1, 10)).isEqualTo(list("PAUSED"));
		assertState("delayed", map("t000000000000001t1", "1"), "consumers", map("alice", "now+60m"), "meta",
				map("paused", "1"));
	}

	@Test
	void takeDueOfNothingTellsTheNextDueTime() {
		registerAlice();
		assertThat(takeDue(1, 10)).isEqualTo(list("OK", list(), null, null));
		this.queue.zset("delayed", "now+5m", "t000000000000001t1");
		assertThat(takeDue(1, 10)).isEqualTo(list("OK", list(), "now+5m", null));
		assertState("delayed", map("t000000000000001t1", "now+5m"), "consumers", map("alice", "now+60m"));
	}

}
