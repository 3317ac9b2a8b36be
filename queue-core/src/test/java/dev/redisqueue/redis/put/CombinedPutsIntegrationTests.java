package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What several threads put at the same time goes in one command, and each of them is told
 * what became of its own message.
 * <p>
 * The proxy holds the command of a first put; the others gather until it passes it on.
 */
@Tag("faults")
@Timeout(300)
class CombinedPutsIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final int SMALL = GatheringClient.SMALL;

	private static final int OTHERS = GatheringClient.OTHERS;

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void whatManyThreadsPutIsThereOnceAndInTheOrderOfEachThread() {
		int threads = 16;
		int each = 500;
		// No connection is open when they begin.
		RedisQueue<String> queue = this.fixture.queue();
		List<CompletableFuture<Object>> producers = IntStream.range(0, threads).mapToObj((thread) -> Async.call(() -> {
			for (int i = 0; i < each; i++) {
				Putting.put(queue, thread + "-" + i, SMALL);
			}
			return null;
		})).toList();
		producers.forEach((producer) -> assertThat(producer).succeedsWithin(Duration.ofSeconds(120)));
		List<String> stored = GatheringClient.stored(this.fixture);
		assertThat(stored).hasSize(threads * each);
		for (int thread = 0; thread < threads; thread++) {
			String prefix = thread + "-";
			assertThat(stored).filteredOn((id) -> id.startsWith(prefix))
				.containsExactlyElementsOf(IntStream.range(0, each).mapToObj((i) -> prefix + i).toList());
		}
	}

	@ParameterizedTest
	@CsvSource({ "10, 1", "60000, 3" })
	void whatGathersBehindAPutGoesInAsFewCommandsAsItsSizeAllows(int size, int commands) {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", size);
		client.proxy.heal();
		client.assertEachIsStored(puts);
		assertThat(GatheringClient.commands(this.fixture, "calls")).isEqualTo(1 + commands);
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void whereTheReplyOfACombinedCommandIsLostEachPutSaysSoOfItsOwnMessage(Fault fault) {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", SMALL);
		client.proxy.trap(fault, "id:m-1\n");
		client.proxy.heal();
		assertThat(puts.get(0).failure()).as("it had its reply before").isNull();
		puts.subList(1, puts.size()).forEach((put) -> put.assertFailedWith(PutOutcomeUnknownException.class));
		assertThat(client.proxy.sprung()).isEqualTo(1);
		client.queue.size();
		List<String> ids = GatheringClient.ids((fault == Fault.LOSE_REPLY) ? puts : puts.subList(0, 1));
		assertThat(GatheringClient.stored(this.fixture)).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(GatheringClient.commands(this.fixture, "calls")).as("nothing was repeated")
			.isEqualTo((fault == Fault.LOSE_REPLY) ? 2 : 1);
		client.assertWorks();
	}

	@Test
	void whereOneOfSeveralCombinedCommandsIsLostEachPutIsToldTheTruth() {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", 60_000);
		client.proxy.trap(Fault.LOSE_REPLY, "id:m-" + OTHERS / 2 + "\n");
		client.proxy.heal();
		client.assertEachIsToldTheTruth(puts);
		client.assertWorks();
	}

	@ParameterizedTest
	@ValueSource(ints = { SMALL, 60_000 })
	void whatNeverReachedRedisIsSentAgainUntilItIsStored(int size) {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		for (int round = 0; round < 3; round++) {
			List<Putting> puts = client.gather("m" + round, size);
			client.proxy.refuse();
			client.proxy.heal();
			puts.get(0).assertFailedWith(PutOutcomeUnknownException.class);
			assertThat(this.fixture.redis().llen(this.fixture.list())).isZero();
			client.proxy.accepting();
			client.assertEachIsStored(puts.subList(1, puts.size()));
			this.fixture.redis().del(this.fixture.list());
		}
		client.assertGathers(size);
	}

	@ParameterizedTest
	@EnumSource(value = Refusal.class, names = { "WRONGTYPE", "OOM" })
	void whatIsRefusedForGoodIsRefusedToEachPutAndCostsNothingLater(Refusal refusal) {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		refusal.provoke(this.fixture);
		for (int round = 0; round < 40; round++) {
			List<Putting> puts = client.gather("m" + round, (round % 10 != 0) ? SMALL : 60_000);
			client.proxy.heal();
			assertThat(puts).allSatisfy((put) -> {
				put.assertFailedWith(PutRefusedException.class);
				assertThat(put.failure()).hasMessageContainingAll(refusal.name(), "was not stored");
			});
		}
		refusal.mend(this.fixture);
		assertThat(GatheringClient.stored(this.fixture)).isEmpty();
		client.assertGathers(SMALL);
		client.assertWorks();
	}

	@ParameterizedTest
	@EnumSource(value = Refusal.class, names = { "READONLY", "NOREPLICAS" })
	void whatIsRefusedForNowGoesOnByItselfAndIsStoredOnceRedisTakesIt(Refusal refusal) {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		refusal.provoke(this.fixture);
		List<Putting> puts = client.gather("m", SMALL);
		client.proxy.heal();
		await().until(() -> GatheringClient.commands(this.fixture, "rejected_calls") > 2 + OTHERS);
		assertThat(puts).noneMatch((put) -> put.outcome.isDone());
		refusal.mend(this.fixture);
		client.assertEachIsStored(puts);
		assertThat(GatheringClient.commands(this.fixture, "calls")).isEqualTo(puts.size());
		client.assertGathers(SMALL);
	}

	@Test
	void aPutOfAnInterruptedThreadIsStoredAndTheThreadKeepsItsFlag() {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", SMALL);
		List<Putting> interrupted = puts.subList(0, OTHERS / 2);
		interrupted.forEach((put) -> put.thread.interrupt());
		GatheringClient
			.awaitAtOnce(() -> interrupted.stream().allMatch((put) -> put.waits() && !put.thread.isInterrupted()));
		client.proxy.heal();
		client.assertEachIsStored(puts);
		assertThat(GatheringClient.commands(this.fixture, "calls")).isEqualTo(2);
		assertThat(puts.subList(0, OTHERS / 2)).allMatch((put) -> put.outcome.join());
		assertThat(puts.subList(OTHERS / 2, puts.size())).noneMatch((put) -> put.outcome.join());
		Putting before = new Putting(client.queue, "before", SMALL, true);
		assertThat(before.failure()).isNull();
		assertThat(before.outcome.join()).as("flag").isTrue();
		assertThat(GatheringClient.stored(this.fixture)).containsOnlyOnce("before");
	}

	@Test
	void aPutDoesNotEndALaterSleepOfItsThread() {
		RedisQueue<String> queue = this.fixture.queue();
		long wanted = TimeUnit.MILLISECONDS.toNanos(5);
		int cutShort = 0;
		for (int i = 0; i < 100; i++) {
			// So that the reply is waited for awake.
			for (int j = 0; j < 20; j++) {
				Putting.put(queue, "m-" + i + "-" + j, SMALL);
			}
			long start = System.nanoTime();
			LockSupport.parkNanos(wanted);
			cutShort += (System.nanoTime() - start < wanted / 2) ? 1 : 0;
		}
		// Where the reply comes just when the thread falls asleep.
		assertThat(cutShort).isLessThan(20);
	}

	@Test
	void aLargeMessageGoesAloneBesideWhatGathers() {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", SMALL);
		for (int i = 0; i < 5; i++) {
			puts.add(new Putting(client.queue, "large-" + i, 2 * CombinedPuts.LARGEST, false));
		}
		client.proxy.heal();
		client.assertEachIsStored(puts);
		assertThat(GatheringClient.commands(this.fixture, "calls")).isEqualTo(2 + 5);
	}

	@Test
	void aMessageThatTheServerDoesNotTakeHarmsOthersByItsConnectionOnly() {
		this.fixture.redis().configSet("proto-max-bulk-len", "1mb");
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", SMALL);
		Putting huge = new Putting(client.queue, "huge", 2 * GatheringClient.MIB, false);
		await().until(() -> huge.thread.getState() == Thread.State.TIMED_WAITING);
		client.proxy.heal();
		huge.assertFailedWith(PutRefusedException.class);
		assertThat(puts).filteredOn((put) -> put.failure() != null)
			.allSatisfy((put) -> put.assertFailedWith(PutOutcomeUnknownException.class));
		client.queue.size();
		puts.add(huge);
		client.assertEachIsToldTheTruth(puts);
		client.assertWorks();
	}

	@Test
	void whatGathersBehindAReplyThatNeverComesIsNotSentOverItsConnection() {
		GatheringClient client = new GatheringClient(this.fixture, Duration.ofSeconds(1));
		List<Putting> puts = client.gather("m", SMALL);
		puts.get(0).assertFailedWith(PutOutcomeUnknownException.class);
		puts.subList(1, puts.size()).forEach((put) -> put.assertFailedWith(PutRefusedException.class));
		client.proxy.heal();
		client.end();
		client.assertEachIsToldTheTruth(puts);
	}

	@Test
	void whatGathersForTooLongGoesByItselfAndWhatIsRefusedIsNeverStored() {
		GatheringClient client = new GatheringClient(this.fixture, LONG);
		List<Putting> puts = client.gather("m", SMALL);
		assertThat(puts).allSatisfy((put) -> put.assertFailedWith(QueueException.class));
		client.proxy.heal();
		client.end();
		client.assertEachIsToldTheTruth(puts);
	}

	/** What Redis may have against an {@code RPUSH}. */
	private enum Refusal {

		WRONGTYPE, OOM, READONLY, NOREPLICAS;

		void provoke(QueueFixture fixture) {
			switch (this) {
				case WRONGTYPE -> fixture.redis().set(fixture.list(), QueueFixture.bytes("foreign"));
				case OOM -> fixture.redis().configSet("maxmemory", "1");
				case READONLY -> fixture.redis().replicaof("127.0.0.1", 1);
				case NOREPLICAS -> fixture.redis().configSet("min-replicas-to-write", "1");
			}
		}

		void mend(QueueFixture fixture) {
			switch (this) {
				case WRONGTYPE -> fixture.redis().del(fixture.list());
				case OOM -> fixture.redis().configSet("maxmemory", "0");
				case READONLY -> fixture.redis().replicaofNoOne();
				case NOREPLICAS -> fixture.redis().configSet("min-replicas-to-write", "0");
			}
		}

	}

}
