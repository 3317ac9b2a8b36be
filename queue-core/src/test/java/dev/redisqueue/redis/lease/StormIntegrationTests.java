package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.take.DefaultDelivery;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import io.lettuce.core.KillArgs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Producers and consumers in a storm of resets, killed connections, half-open ones and
 * forgotten scripts; afterwards the recorded history has to be in order (fault 23, and
 * the invariants I1 to I4).
 */
@Tag("faults")
@Timeout(300)
class StormIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	private final AtomicBoolean stormy = new AtomicBoolean(true);

	private final Set<String> put = ConcurrentHashMap.newKeySet();

	private final Set<String> perhapsPut = ConcurrentHashMap.newKeySet();

	private final Set<String> acked = ConcurrentHashMap.newKeySet();

	private final Set<String> refused = ConcurrentHashMap.newKeySet();

	private final Set<String> begun = ConcurrentHashMap.newKeySet();

	private final Queue<String> doubled = new ConcurrentLinkedQueue<>();

	@ParameterizedTest
	@EnumSource(MessageFormat.class)
	void nothingIsLostOrDoneTwiceInAStorm(MessageFormat format) throws Exception {
		QueueOptions options = QueueOptions.defaults()
			.withLease(Duration.ofSeconds(2))
			.withFormat(format)
			.withMaxAttempts(1000);
		List<FaultProxy> proxies = new ArrayList<>();
		List<CompletableFuture<Void>> producers = new ArrayList<>();
		List<CompletableFuture<Void>> consumers = new ArrayList<>();
		AtomicBoolean end = new AtomicBoolean();
		for (int i = 0; i < 3; i++) {
			FaultProxy proxy = this.fixture.proxy();
			proxies.add(proxy);
			RedisQueue<String> queue = this.fixture.queue(proxy, options);
			String producer = "producer " + i + " ";
			producers.add(Async.call(() -> produce(queue, producer)));
			consumers.add(Async.call(() -> consume(queue, end)));
			consumers.add(Async.call(() -> consume(queue, end)));
		}
		storm(proxies, Duration.ofSeconds(Scale.of(5, 30)));
		this.stormy.set(false);
		proxies.forEach(FaultProxy::heal);
		for (CompletableFuture<Void> producer : producers) {
			producer.get(60, TimeUnit.SECONDS);
		}
		RedisQueue<String> queue = this.fixture.queue(options);
		await().atMost(Duration.ofMinutes(2)).until(() -> this.fixture.stored() == 0);
		end.set(true);
		for (CompletableFuture<Void> client : consumers) {
			client.get(60, TimeUnit.SECONDS);
		}
		check(queue.stats().acked());
	}

	/**
	 * An acknowledgement may be refused although it was carried out: where its reply and
	 * then the lease were lost, nobody can tell. Redis counted it, and has the message no
	 * more.
	 */
	private void check(long counted) {
		assertThat(this.doubled).isEmpty();
		assertThat(this.acked).hasSizeGreaterThan(100);
		Set<String> perhapsAcked = new HashSet<>(this.refused);
		perhapsAcked.removeAll(this.acked);
		Set<String> missing = new HashSet<>(this.put);
		missing.removeAll(this.acked);
		assertThat(missing).as("neither acknowledged nor perhaps").isSubsetOf(perhapsAcked);
		Set<String> foreign = new HashSet<>(this.acked);
		foreign.removeAll(this.put);
		assertThat(foreign).isSubsetOf(this.perhapsPut);
		assertThat(counted).isBetween((long) this.acked.size() + missing.size(),
				(long) this.acked.size() + perhapsAcked.size());
	}

	private void storm(List<FaultProxy> proxies, Duration length) {
		Random random = new Random();
		long end = System.nanoTime() + length.toNanos();
		while (System.nanoTime() - end < 0) {
			FaultProxy proxy = proxies.get(random.nextInt(proxies.size()));
			switch (random.nextInt(5)) {
				case 0 -> this.fixture.redis().clientKill(KillArgs.Builder.skipme());
				case 1 -> this.fixture.redis().scriptFlush();
				case 2 -> proxy.hole();
				case 3 -> proxies.forEach(FaultProxy::heal);
				default -> proxy.reset();
			}
			new CompletableFuture<Void>().completeOnTimeout(null, 100, TimeUnit.MILLISECONDS).join();
		}
	}

	private Void produce(RedisQueue<String> queue, String name) {
		for (int i = 0; this.stormy.get(); i++) {
			String payload = name + i;
			try {
				queue.put(payload);
				this.put.add(payload);
			}
			catch (PutOutcomeUnknownException ex) {
				this.perhapsPut.add(payload);
			}
			catch (PutRefusedException ex) {
				// It is surely not there.
			}
		}
		return null;
	}

	private Void consume(RedisQueue<String> queue, AtomicBoolean end) throws InterruptedException {
		Random random = new Random();
		while (!end.get()) {
			try {
				for (Delivery<String> delivery : queue.take(10, Duration.ofMillis(200))) {
					handle(delivery, random);
				}
			}
			catch (QueueUnavailableException ex) {
				// The next one may be luckier.
			}
		}
		return null;
	}

	private void handle(Delivery<String> delivery, Random random) {
		String payload = untilDecided(delivery::payload);
		String execution = delivery.id() + " " + delivery.attempt();
		if (isHeld(delivery) && !this.begun.add(execution)) {
			this.doubled.add("begun twice: " + execution);
		}
		if (this.stormy.get() && random.nextInt(4) == 0) {
			untilDecided(() -> delivery.retry(Duration.ofMillis(random.nextInt(50))));
		}
		else if (!untilDecided(delivery::ack)) {
			this.refused.add(payload);
		}
		else if (!this.acked.add(payload)) {
			this.doubled.add("acknowledged twice: " + payload);
		}
	}

	/**
	 * Whether the lease was not lost before the handler began: where it was, the attempt
	 * was not counted, and another consumer makes the same.
	 */
	private boolean isHeld(Delivery<String> delivery) {
		Loan loan = ((DefaultDelivery<String>) delivery).loan();
		return this.fixture.redis()
			.hexists(this.fixture.side("taken:" + loan.incarnation().id()),
					QueueFixture.bytes(String.valueOf(loan.tag())));
	}

	private static <R> R untilDecided(Supplier<R> verb) {
		while (true) {
			try {
				return verb.get();
			}
			catch (QueueUnavailableException ex) {
				// Nothing is decided: the same again.
			}
		}
	}

}
