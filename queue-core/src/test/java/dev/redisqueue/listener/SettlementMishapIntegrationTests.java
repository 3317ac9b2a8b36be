package dev.redisqueue.listener;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.redisqueue.Backoff;
import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.lease.GuardedBackoff;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What cannot be settled at first: accidents of the listener's own parts and of what the
 * application lends it, its codec, policy and exceptions.
 */
@Timeout(120)
@Isolated
class SettlementMishapIntegrationTests {

	private static final QueueOptions AT_ONCE = QueueOptions.defaults().withBackoff(Backoff.fixed(Duration.ZERO));

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	@Test
	void anErrorOfTheCodecFailsTheDeliveryOnly() {
		AtomicBoolean broken = new AtomicBoolean(true);
		RedisQueue<String> queue = this.fixture.process().create(this.fixture.name(), new PayloadCodec<String>() {

			@Override
			public byte[] encode(String payload) {
				return QueueFixture.bytes(payload);
			}

			@Override
			public String decode(byte[] bytes) {
				if (broken.getAndSet(false)) {
					throw new AssertionError("of the codec");
				}
				return new String(bytes);
			}

		}, AT_ONCE);
		this.fixture.listen(queue, ListenerOptions.defaults(), (deliveries) -> {
		});
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		assertThat(queue.stats().retried()).isOne();
	}

	@Test
	void aBackoffThatGivesNoDelayStrandsNothingAndTheListenerGoesOn() {
		Iterator<Supplier<Duration>> answers = List.<Supplier<Duration>>of(() -> {
			throw new IllegalStateException("of the backoff");
		}, () -> {
			throw new AssertionError("of the backoff");
		}, () -> null, () -> Duration.ofMillis(-1), () -> Duration.ofSeconds(Long.MAX_VALUE)).iterator();
		RedisQueue<String> queue = this.fixture
			.queue(QueueOptions.defaults().withBackoff((attempt) -> answers.next().get()));
		this.fixture.listen(queue, ListenerOptions.defaults(), (deliveries) -> {
			if (deliveries.get(0).attempt() == 1) {
				throw new IllegalStateException("first");
			}
		});
		try (LogEvents log = LogEvents.of(GuardedBackoff.class, queue.name())) {
			queue.putAll(List.of("one", "two", "three", "four", "five"));
			await().until(() -> queue.stats().acked() == 5);
			assertThat(log.lines()).singleElement().asString().contains("the default decides instead");
		}
		assertThat(queue.stats().retried()).isEqualTo(5);
	}

	@Test
	void oneThatFailsInABatchWarnsOnceAndNotOfTheOthers() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			queue.putAll(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
			this.fixture.listen(queue, ListenerOptions.defaults().withBatch(100), (deliveries) -> {
				for (Delivery<String> delivery : deliveries) {
					if (delivery.payload().equals("50") && delivery.attempt() == 1) {
						deliveries.stream().filter((other) -> other != delivery).forEach(Delivery::ack);
						throw new IOException("one of a hundred");
					}
				}
			});
			await().until(() -> queue.stats().acked() == 100);
			assertThat(log.lines().stream().filter((line) -> line.startsWith("WARN"))).hasSize(1)
				.allMatch((line) -> line.contains("it will be tried again"));
		}
	}

	@Test
	void aPolicyThatDecidesNothingRetries() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		this.fixture.listen(queue,
				ListenerOptions.defaults().withBatch(3).withFailurePolicy((delivery, failure) -> null),
				(deliveries) -> {
					if (deliveries.get(0).attempt() == 1) {
						throw new IllegalStateException("first");
					}
				});
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			queue.putAll(List.of("one", "two", "three"));
			await().until(() -> queue.stats().acked() == 3);
			assertThat(log.lines()).filteredOn((line) -> line.startsWith("ERROR")).hasSize(3);
		}
	}

	@Test
	void anExceptionThatCannotBeLoggedIsRetried() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, this.fixture.name());
		this.fixture.listen(queue, ListenerOptions.defaults(), (deliveries) -> {
			if (deliveries.get(0).attempt() == 1) {
				throw new IllegalStateException() {

					private static final long serialVersionUID = 1L;

					@Override
					public String getMessage() {
						throw new StackOverflowError("of the message");
					}

				};
			}
		});
		queue.put("one");
		try (log) {
			await().until(() -> queue.stats().acked() == 1);
		}
	}

	@Test
	void anErrorOfAnAcknowledgementIsGotOver() {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger calls = new AtomicInteger();
		this.fixture.listen(acknowledging(queue, () -> {
			if (calls.incrementAndGet() == 1) {
				throw new OutOfMemoryError("not really");
			}
		}), ListenerOptions.defaults(), (deliveries) -> {
		});
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		queue.put("two");
		await().until(() -> queue.stats().acked() == 2);
	}

	@Test
	void whatCannotBeAcknowledgedIsReportedAndHoldsUpTheNext() {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicBoolean refused = new AtomicBoolean(true);
		AtomicInteger handled = new AtomicInteger();
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, this.fixture.name())) {
			this.fixture.listen(acknowledging(queue, () -> {
				if (refused.get()) {
					throw new QueueException("", null, "NOPERM", null);
				}
			}), ListenerOptions.defaults(), (deliveries) -> handled.incrementAndGet());
			queue.put("first");
			await().until(
					() -> log.lines().stream().anyMatch((line) -> line.startsWith("WARN") && line.contains("NOPERM")));
			for (int i = 0; i < 20; i++) {
				queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(5000));
			}
			await().during(Duration.ofSeconds(3)).until(() -> handled.get() < 20_000);
		}
		refused.set(false);
		await().until(() -> queue.stats().acked() == 100_001);
	}

	@Test
	void oneOfABatchThatFailsOneByOneFailsAlone() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(1));
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		queue.putAll(List.of("1", "2", "poison", "3", "4"));
		this.fixture.listen(queue, ListenerOptions.defaults().withBatch(5), DeliveryHandler.each((delivery) -> {
			handled.add(delivery.payload() + " " + delivery.attempt());
			if (delivery.payload().equals("poison")) {
				throw new IllegalStateException("poison");
			}
		}));
		await().until(() -> queue.stats().acked() + queue.stats().dead() == 5);
		assertThat(handled).containsExactly("1 1", "2 1", "poison 1", "3 1", "4 1");
		assertThat(queue.stats().dead()).isOne();
	}

	@Test
	void handlersThatReturnLateDoNotCountAsStuckForEver() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(1));
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, this.fixture.name())) {
			this.fixture.listen(queue,
					ListenerOptions.defaults().withConcurrency(4).withHandlerTimeout(Duration.ofMillis(50)),
					(deliveries) -> awaitReport(log));
			queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(24));
			// Each takes two looks of the watch, a second or two.
			await().atMost(Duration.ofMinutes(2)).until(() -> queue.stats().dead() == 24);
			await().atMost(Duration.ofMinutes(2))
				.until(() -> log.lines().stream().filter((line) -> line.contains("ignores")).count() == 24);
			assertThat(log.lines()).noneMatch((line) -> line.contains("no more are added"));
		}
	}

	/** Until this thread is said to ignore its interrupt. */
	private static void awaitReport(LogEvents log) {
		String report = "on thread " + Thread.currentThread().getName() + " ignores";
		long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (System.nanoTime() < until && log.lines().stream().noneMatch((line) -> line.contains(report))) {
			StubbornWait.until(new CountDownLatch(1), Duration.ofMillis(20));
		}
	}

	@Test
	void whatCannotBeGivenBackIsTriedAgainWithGrowingPauses() {
		Source<String> source = new Source<>("test", this.fixture.queue());
		Settlements<String> settlements = new Settlements<>("test", source,
				new Backlog<>(List.of(source), new Prefetch(1), 1, (any) -> false), new ListenerThreads("test", false));
		AtomicInteger calls = new AtomicInteger();
		long start = System.nanoTime();
		settlements.giveBack(List.of(new TakenDelivery<>(source, failing(calls, 4), 0)));
		await().until(() -> settlements.trouble() != null);
		assertThat(settlements.trouble()).contains("NOPERM").contains(this.fixture.name());
		await().until(settlements::isThrough);
		assertThat(calls).hasValue(5);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).as("100, 200, 400 and 800 ms")
			.isGreaterThan(Duration.ofMillis(1500));
		assertThat(settlements.trouble()).isNull();
	}

	@SuppressWarnings("unchecked") // A proxy of this interface.
	private static Delivery<String> failing(AtomicInteger calls, int times) {
		return (Delivery<String>) Proxy.newProxyInstance(Delivery.class.getClassLoader(),
				new Class<?>[] { Delivery.class }, (proxy, method, arguments) -> {
					if (!method.getName().equals("release")) {
						return "one";
					}
					if (calls.incrementAndGet() <= times) {
						throw new QueueException("", null, "NOPERM", null);
					}
					return true;
				});
	}

	private static <T> RedisQueue<T> acknowledging(RedisQueue<T> queue, Runnable before) {
		return InterposedQueue.of(queue, "ackAll", before, () -> {
		});
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
