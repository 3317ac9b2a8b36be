package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import dev.redisqueue.PutOptions;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
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

	private static final int MIB = 1024 * 1024;

	private static final int SMALL = 10;

	private static final int OTHERS = 24;

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
				put(queue, thread + "-" + i, SMALL);
			}
			return null;
		})).toList();
		producers.forEach((producer) -> assertThat(producer).succeedsWithin(Duration.ofSeconds(120)));
		List<String> stored = stored();
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
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", size);
		client.proxy.heal();
		assertEachIsStored(puts);
		assertThat(commands("calls")).isEqualTo(1 + commands);
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void whereTheReplyOfACombinedCommandIsLostEachPutSaysSoOfItsOwnMessage(Fault fault) {
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", SMALL);
		client.proxy.trap(fault, "id:m-1\n");
		client.proxy.heal();
		assertThat(puts.get(0).failure()).as("it had its reply before").isNull();
		puts.subList(1, puts.size()).forEach((put) -> assertFailedWith(put, PutOutcomeUnknownException.class));
		assertThat(client.proxy.sprung()).isEqualTo(1);
		client.queue.size();
		List<String> ids = ids((fault == Fault.LOSE_REPLY) ? puts : puts.subList(0, 1));
		assertThat(stored()).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(commands("calls")).as("nothing was repeated").isEqualTo((fault == Fault.LOSE_REPLY) ? 2 : 1);
		client.assertWorks();
	}

	@Test
	void whereOneOfSeveralCombinedCommandsIsLostEachPutIsToldTheTruth() {
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", 60_000);
		client.proxy.trap(Fault.LOSE_REPLY, "id:m-" + OTHERS / 2 + "\n");
		client.proxy.heal();
		assertEachIsToldTheTruth(puts);
		client.assertWorks();
	}

	@ParameterizedTest
	@ValueSource(ints = { SMALL, 60_000 })
	void whatNeverReachedRedisIsSentAgainUntilItIsStored(int size) {
		Client client = new Client(LONG);
		for (int round = 0; round < 3; round++) {
			List<Putting> puts = client.gather("m" + round, size);
			client.proxy.refuse();
			client.proxy.heal();
			assertFailedWith(puts.get(0), PutOutcomeUnknownException.class);
			assertThat(this.fixture.redis().llen(this.fixture.list())).isZero();
			client.proxy.accepting();
			assertEachIsStored(puts.subList(1, puts.size()));
			this.fixture.redis().del(this.fixture.list());
		}
		client.assertGathers(size);
	}

	@ParameterizedTest
	@EnumSource(value = Refusal.class, names = { "WRONGTYPE", "OOM" })
	void whatIsRefusedForGoodIsRefusedToEachPutAndCostsNothingLater(Refusal refusal) {
		Client client = new Client(LONG);
		refusal.provoke(this.fixture);
		for (int round = 0; round < 40; round++) {
			List<Putting> puts = client.gather("m" + round, (round % 10 != 0) ? SMALL : 60_000);
			client.proxy.heal();
			assertThat(puts).allSatisfy((put) -> {
				assertFailedWith(put, PutRefusedException.class);
				assertThat(put.failure()).hasMessageContainingAll(refusal.name(), "was not stored");
			});
		}
		refusal.mend(this.fixture);
		assertThat(stored()).isEmpty();
		client.assertGathers(SMALL);
		client.assertWorks();
	}

	@ParameterizedTest
	@EnumSource(value = Refusal.class, names = { "READONLY", "NOREPLICAS" })
	void whatIsRefusedForNowGoesOnByItselfAndIsStoredOnceRedisTakesIt(Refusal refusal) {
		Client client = new Client(LONG);
		refusal.provoke(this.fixture);
		List<Putting> puts = client.gather("m", SMALL);
		client.proxy.heal();
		await().until(() -> commands("rejected_calls") > 2 + OTHERS);
		assertThat(puts).noneMatch((put) -> put.outcome.isDone());
		refusal.mend(this.fixture);
		assertEachIsStored(puts);
		assertThat(commands("calls")).isEqualTo(puts.size());
		client.assertGathers(SMALL);
	}

	@Test
	void aPutOfAnInterruptedThreadIsStoredAndTheThreadKeepsItsFlag() {
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", SMALL);
		List<Putting> interrupted = puts.subList(0, OTHERS / 2);
		interrupted.forEach((put) -> put.thread.interrupt());
		awaitAtOnce(() -> interrupted.stream().allMatch((put) -> put.waits() && !put.thread.isInterrupted()));
		client.proxy.heal();
		assertEachIsStored(puts);
		assertThat(commands("calls")).isEqualTo(2);
		assertThat(puts.subList(0, OTHERS / 2)).allMatch((put) -> put.outcome.join());
		assertThat(puts.subList(OTHERS / 2, puts.size())).noneMatch((put) -> put.outcome.join());
		Putting before = new Putting(client.queue, "before", SMALL, true);
		assertThat(before.failure()).isNull();
		assertThat(before.outcome.join()).as("flag").isTrue();
		assertThat(stored()).containsOnlyOnce("before");
	}

	@Test
	void aPutDoesNotEndALaterSleepOfItsThread() {
		RedisQueue<String> queue = this.fixture.queue();
		long wanted = TimeUnit.MILLISECONDS.toNanos(5);
		int cutShort = 0;
		for (int i = 0; i < 100; i++) {
			// So that the reply is waited for awake.
			for (int j = 0; j < 20; j++) {
				put(queue, "m-" + i + "-" + j, SMALL);
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
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", SMALL);
		for (int i = 0; i < 5; i++) {
			puts.add(new Putting(client.queue, "large-" + i, 2 * CombinedPuts.LARGEST, false));
		}
		client.proxy.heal();
		assertEachIsStored(puts);
		assertThat(commands("calls")).isEqualTo(2 + 5);
	}

	@Test
	void aMessageThatTheServerDoesNotTakeHarmsOthersByItsConnectionOnly() {
		this.fixture.redis().configSet("proto-max-bulk-len", "1mb");
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", SMALL);
		Putting huge = new Putting(client.queue, "huge", 2 * MIB, false);
		await().until(() -> huge.thread.getState() == Thread.State.TIMED_WAITING);
		client.proxy.heal();
		assertFailedWith(huge, PutRefusedException.class);
		assertThat(puts).filteredOn((put) -> put.failure() != null)
			.allSatisfy((put) -> assertFailedWith(put, PutOutcomeUnknownException.class));
		client.queue.size();
		puts.add(huge);
		assertEachIsToldTheTruth(puts);
		client.assertWorks();
	}

	@Test
	void whatGathersBehindAReplyThatNeverComesIsNotSentOverItsConnection() {
		Client client = new Client(Duration.ofSeconds(1));
		List<Putting> puts = client.gather("m", SMALL);
		assertFailedWith(puts.get(0), PutOutcomeUnknownException.class);
		puts.subList(1, puts.size()).forEach((put) -> assertFailedWith(put, PutRefusedException.class));
		client.proxy.heal();
		client.end();
		assertEachIsToldTheTruth(puts);
	}

	@Test
	void whatGathersForTooLongGoesByItselfAndWhatIsRefusedIsNeverStored() {
		Client client = new Client(LONG);
		List<Putting> puts = client.gather("m", SMALL);
		assertThat(puts).allSatisfy((put) -> assertFailedWith(put, QueueException.class));
		client.proxy.heal();
		client.end();
		assertEachIsToldTheTruth(puts);
	}

	private void assertEachIsStored(List<Putting> puts) {
		assertThat(puts).allSatisfy((put) -> assertThat(put.failure()).isNull());
		assertThat(stored()).containsExactlyInAnyOrderElementsOf(ids(puts));
	}

	private void assertEachIsToldTheTruth(List<Putting> puts) {
		puts.forEach(Putting::failure);
		List<String> stored = stored();
		assertThat(puts).allSatisfy((put) -> {
			int most = (put.failure() == null || put.failure() instanceof PutOutcomeUnknownException) ? 1 : 0;
			assertThat(Collections.frequency(stored, put.id)).isBetween((put.failure() == null) ? 1 : 0, most);
		});
	}

	private static void assertFailedWith(Putting put, Class<? extends QueueException> type) {
		assertThat(put.failure()).isInstanceOfSatisfying(type, (failure) -> {
			assertThat(failure.messageId()).contains(put.id);
			assertThat(failure).hasMessageContaining("message " + put.id + " ");
		});
	}

	private static List<String> ids(List<Putting> puts) {
		return puts.stream().map((put) -> put.id).toList();
	}

	private List<String> stored() {
		return this.fixture.redis().lrange(this.fixture.list(), 0, -1).stream().map((bytes) -> {
			String payload = QueueFixture.text(bytes).split("\n\n", 2)[1];
			return payload.substring(0, payload.indexOf(' '));
		}).toList();
	}

	private long commands(String figure) {
		Matcher matcher = Pattern.compile("cmdstat_rpush:.*?\\b" + figure + "=(\\d+)")
			.matcher(this.fixture.redis().info("commandstats"));
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

	private static void put(RedisQueue<String> queue, String id, int size) {
		queue.put(id + " " + "x".repeat(size), PutOptions.create().id(id));
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

	/** A put on a thread of its own; its outcome is whether the thread is interrupted. */
	private static final class Putting {

		private final String id;

		private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

		private final Thread thread;

		Putting(RedisQueue<String> queue, String id, int size, boolean interrupted) {
			this.id = id;
			this.thread = new Thread(() -> {
				try {
					if (interrupted) {
						Thread.currentThread().interrupt();
					}
					put(queue, id, size);
					this.outcome.complete(Thread.currentThread().isInterrupted());
				}
				catch (Throwable ex) {
					this.outcome.completeExceptionally(ex);
				}
			});
			this.thread.setDaemon(true);
			this.thread.start();
		}

		boolean waits() {
			return LockSupport.getBlocker(this.thread) instanceof CombinedPuts;
		}

		Throwable failure() {
			return this.outcome.handle((flag, ex) -> ex).orTimeout(60, TimeUnit.SECONDS).join();
		}

	}

	/** Looks often: what gathers goes by itself after two seconds. */
	private static void awaitAtOnce(Callable<Boolean> condition) {
		await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
	}

	/** A process that has put nothing yet, with a connection that the proxy holds. */
	private final class Client {

		private final FaultProxy proxy = CombinedPutsIntegrationTests.this.fixture.proxy();

		private final RedisQueueFactory process;

		private final RedisQueue<String> queue;

		Client(Duration commandTimeout) {
			this.process = CombinedPutsIntegrationTests.this.fixture.process(this.proxy.port(), commandTimeout);
			this.queue = this.process.create(CombinedPutsIntegrationTests.this.fixture.name(), String.class,
					QueueOptions.defaults().withMaxPutBytes(3 * MIB));
			// Asks for the time of Redis, once, and is no RPUSH.
			this.queue.put("warm-up", PutOptions.create().delay(Duration.ofHours(1)));
			this.queue.clear();
		}

		/** One put whose command is held, and others that wait for its reply. */
		List<Putting> gather(String name, int size) {
			this.proxy.hole();
			List<Putting> puts = new ArrayList<>();
			puts.add(new Putting(this.queue, name + "-0", size, false));
			awaitAtOnce(puts.get(0)::waits);
			for (int i = 1; i <= OTHERS; i++) {
				puts.add(new Putting(this.queue, name + "-" + i, size, false));
			}
			awaitAtOnce(() -> puts.stream().allMatch(Putting::waits));
			return puts;
		}

		/** Had a command under way been forgotten, nobody would wait for the first. */
		void assertGathers(int size) {
			this.queue.clear();
			long before = commands("calls");
			List<Putting> puts = gather("gathers", size);
			this.proxy.heal();
			assertEachIsStored(puts);
			assertThat(commands("calls") - before).isEqualTo((size > SMALL) ? 4 : 2);
		}

		void assertWorks() {
			this.queue.clear();
			List<String> ids = List.of("works-1", "works-2", "works-3");
			ids.forEach((id) -> put(this.queue, id, SMALL));
			assertThat(stored()).isEqualTo(ids);
		}

		/** Nothing that it ever sent is still on its way when this returns. */
		void end() {
			this.queue.size();
			this.process.close();
			await().until(
					() -> CombinedPutsIntegrationTests.this.fixture.redis().clientList().strip().lines().count() == 1);
		}

	}

}
