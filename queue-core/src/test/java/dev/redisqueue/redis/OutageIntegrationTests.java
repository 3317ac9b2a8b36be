package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.Delivery;
import dev.redisqueue.GetOutcomeUnknownException;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A Redis that goes away and comes back, with its data or without (faults 12, 14, 15, 20,
 * 25, 46 and 47).
 */
@Tag("faults")
@Timeout(300)
class OutageIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(2));

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer("--appendonly", "yes", "--appendfsync", "always");

	@Test
	void aKilledRedisLosesNothingAndItsConsumerGoesOn() throws Exception {
		RedisQueue<String> producer = this.fixture.queue(OPTIONS);
		RedisQueue<String> consumer = this.fixture.queue(OPTIONS);
		Queue<Delivery<String>> handled = new ConcurrentLinkedQueue<>();
		AtomicBoolean end = new AtomicBoolean();
		CompletableFuture<Void> consuming = Async.call(() -> {
			while (!end.get()) {
				consume(consumer, handled);
			}
			return null;
		});
		Set<String> put = new TreeSet<>();
		CompletableFuture<Void> restarted = new CompletableFuture<>();
		for (int i = 0; i < 300; i++) {
			if (i == 100) {
				await().until(() -> handled.size() > 10);
				this.fixture.server().kill();
				Async.call(() -> {
					this.fixture.server().restart();
					return restarted.complete(null);
				});
			}
			try {
				putOnceRedisIsBack(producer, "message " + i, restarted);
				put.add("message " + i);
			}
			catch (PutOutcomeUnknownException ex) {
				assertThat(i).as("the one under way").isBetween(99, 101);
			}
		}
		await().untilAsserted(() -> assertThat(payloads(handled)).containsAll(put));
		await().until(() -> this.fixture.stored() == 0);
		end.set(true);
		consuming.get(60, TimeUnit.SECONDS);
		assertThat(handled.stream().filter((delivery) -> delivery.attempt() == 1).map(Delivery::payload))
			.as("first deliveries")
			.doesNotHaveDuplicates();
		assertThat(producer.size() + producer.stats().taken()).isZero();
	}

	/** A put may be refused for as long as Redis is away, and no longer. */
	private static void putOnceRedisIsBack(RedisQueue<String> queue, String payload, CompletableFuture<?> restarted) {
		while (true) {
			boolean back = restarted.isDone();
			try {
				queue.put(payload);
				return;
			}
			catch (PutRefusedException ex) {
				assertThat(back).as("Redis was there when the put began, and refused it: %s", ex).isFalse();
			}
		}
	}

	private static void consume(RedisQueue<String> queue, Queue<Delivery<String>> handled) throws InterruptedException {
		List<Delivery<String>> taken = untilItIsThere(() -> queue.take(10, Duration.ofMillis(200)));
		untilItIsThere(() -> queue.ackAll(taken));
		for (Delivery<String> delivery : taken) {
			if (untilItIsThere(delivery::ack)) {
				handled.add(delivery);
			}
		}
	}

	private static <R> R untilItIsThere(Call<R> call) throws InterruptedException {
		while (true) {
			try {
				return call.run();
			}
			catch (QueueUnavailableException ex) {
				// The next one may be luckier.
			}
		}
	}

	@Test
	void aRedisThatComesBackEmptyIsWorkedWithAtOnceAndWithoutHurry() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(List.of("a", "b", "c"));
		List<Delivery<String>> held = queue.take(2, SOON);
		AtomicBoolean back = new AtomicBoolean();
		CompletableFuture<Optional<String>> waiting = Async.call(() -> {
			this.fixture.queue(OPTIONS).getNowait();
			return waitWhateverTheOutage(this.fixture.queue(OPTIONS), back);
		});
		await().until(this.fixture::hasBlockedClient);
		this.fixture.redis().flushall();
		this.fixture.redis().scriptFlush();
		this.fixture.server().restart();
		back.set(true);
		assertThat(held.get(0).ack()).isFalse();
		assertThat(queue.ackAll(held)).isZero();
		queue.putAll(List.of("d", "e"));
		assertThat(queue.take(SOON).orElseThrow().ack()).isTrue();
		assertThat(waiting.get(60, TimeUnit.SECONDS)).isPresent();
		long commands = commandsProcessed();
		long start = System.nanoTime();
		assertThat(queue.take(Duration.ofSeconds(2))).isEmpty();
		long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
		assertThat(commandsProcessed() - commands).as("commands of %d idle ms", millis).isLessThan(millis / 5);
	}

	/** The queue is empty when Redis goes: a get that is cut just then loses nothing. */
	private static Optional<String> waitWhateverTheOutage(RedisQueue<String> queue, AtomicBoolean back)
			throws InterruptedException {
		while (true) {
			boolean there = back.get();
			try {
				return queue.get(SOON);
			}
			catch (GetOutcomeUnknownException | QueueUnavailableException ex) {
				if (there) {
					throw ex;
				}
			}
		}
	}

	@Test
	void forgottenScriptsAreSentAgainUnderLoad() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		Queue<Delivery<String>> handled = new ConcurrentLinkedQueue<>();
		for (int i = 0; i < 200; i++) {
			queue.put("message " + i, PutOptions.create().unique("key " + i, Duration.ofSeconds(30)));
			this.fixture.redis().scriptFlush();
			consume(queue, handled);
		}
		assertThat(payloads(handled)).hasSize(200);
	}

	@Test
	void everyVerbSaysWhatToDoWhereRedisIsDownFromTheStartAndWorksWhenItIsUp() throws Exception {
		this.fixture.server().kill();
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		CompletableFuture<Void> put = Async.call(() -> {
			queue.put("x");
			return null;
		});
		CompletableFuture<?> take = Async.call(() -> queue.take(SOON));
		CompletableFuture<?> get = Async.call(queue::getNowait);
		CompletableFuture<?> size = Async.call(queue::size);
		CompletableFuture<?> connect = Async.call(() -> {
			this.fixture.process().connect();
			return null;
		});
		assertThat(Async.failure(put)).isInstanceOf(PutRefusedException.class)
			.hasMessageContainingAll(queue.name(), "was not stored", "Put it again later");
		for (CompletableFuture<?> call : List.of(take, get, size)) {
			assertThat(Async.failure(call)).isInstanceOf(QueueUnavailableException.class)
				.hasMessageContainingAll(queue.name(), "No message is lost", "again later");
		}
		assertThat(Async.failure(connect)).isInstanceOf(QueueUnavailableException.class)
			.hasMessageContainingAll("Start it", "spring.data.redis");
		this.fixture.server().restart();
		queue.put("x");
		assertThat(queue.take(SOON).orElseThrow().ack()).isTrue();
	}

	@Test
	void aDelayedMessageThatIsDueWhileNobodyIsUpIsDeliveredLate() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		process.create(this.fixture.name(), String.class).put("x", PutOptions.create().delay(Duration.ofMillis(300)));
		process.close();
		this.fixture.server().kill();
		long down = System.nanoTime();
		await().until(() -> System.nanoTime() - down > TimeUnit.MILLISECONDS.toNanos(400));
		this.fixture.server().restart();
		assertThat(this.fixture.queue().take(SOON).map(Delivery::payload)).contains("x");
	}

	@Test
	void aDelayLongerThanTheLeaseIsDeliveredOnce() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS.withLease(Duration.ofSeconds(1)));
		RedisQueue<String> other = this.fixture.queue(OPTIONS.withLease(Duration.ofSeconds(1)));
		long start = System.nanoTime();
		MachineClock clock = MachineClock.start();
		queue.put("x", PutOptions.create().delay(Duration.ofSeconds(3)));
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
		assertThat(clock.elapsed()).isLessThan(Duration.ofSeconds(4));
		assertThat(delivery.attempt()).isEqualTo(1);
		assertThat(delivery.ack()).isTrue();
		assertThat(other.take(Duration.ofMillis(1500))).isEmpty();
	}

	@Test
	void row20aPausedRedisKeepsShortLeasesAndDoesNothingTwice() throws Exception {
		// The pause is longer than the lease, and half a lease is the time to renew it.
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(5));
		RedisQueue<String> hasty = this.fixture.process(this.fixture.server().port(), Duration.ofSeconds(1))
			.create(this.fixture.name(), String.class, options);
		RedisQueue<String> other = this.fixture.queue(options);
		other.put("held");
		Delivery<String> held = hasty.take(SOON).orElseThrow();
		CompletableFuture<List<Delivery<String>>> others = Async.call(() -> other.take(10, Duration.ofSeconds(15)));
		Queue<String> unknown = new ConcurrentLinkedQueue<>();
		CompletableFuture<Void> puts = Async.call(() -> {
			this.fixture.redis().clientPause(6500);
			hasty.put("unknown");
			return null;
		});
		if (Async.failure(puts) instanceof PutOutcomeUnknownException) {
			unknown.add("unknown");
		}
		assertThat(unknown).as("a second is not enough").hasSize(1);
		assertThat(payloads(others.get(60, TimeUnit.SECONDS))).as("once or not at all, and not what is held")
			.isSubsetOf("unknown")
			.doesNotHaveDuplicates();
		assertThat(held.ack()).as("after all that").isTrue();
	}

	@FunctionalInterface
	private interface Call<R> {

		R run() throws InterruptedException;

	}

	private static List<String> payloads(Iterable<Delivery<String>> deliveries) {
		List<String> payloads = new ArrayList<>();
		deliveries.forEach((delivery) -> payloads.add(delivery.payload()));
		return payloads;
	}

	private long commandsProcessed() {
		return this.fixture.redis()
			.info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_commands_processed:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
			.sum();
	}

}
