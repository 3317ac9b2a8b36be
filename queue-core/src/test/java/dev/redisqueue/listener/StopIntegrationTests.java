package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a listener stops, and what becomes of handlers that take too long.
 */
class StopIntegrationTests {

	private static final Duration GRACE = Duration.ofMillis(500);

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch end = new CountDownLatch(1);

	@Test
	void row4handlersThatEndWithinTheGracePeriodAreAcknowledged() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> {
					this.begun.countDown();
					this.end.await();
				}));
		queue.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		Thread stop = new Thread(container::stop);
		stop.start();
		awaitItsWait(stop);
		queue.put("two");
		await().during(Duration.ofMillis(300)).until(() -> queue.stats().taken() == 1 && queue.size() == 1);
		this.end.countDown();
		stop.join(30_000);
		assertThat(container.isRunning()).isFalse();
		assertThat(queue.stats().acked()).isOne();
		assertThat(queue.stats().taken()).isZero();
		assertThat(queue.take(Duration.ofSeconds(5)).orElseThrow().payload()).isEqualTo("two");
	}

	@Test
	void row5aHandlerThatTakesTooLongIsInterruptedAndItsMessageGoesBackUnblamed() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxAttempts(1));
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withShutdownTimeout(GRACE), DeliveryHandler.each((delivery) -> {
					this.begun.countDown();
					this.end.await();
				}));
		queue.putAll(List.of("one", "two"));
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		container.stop();
		assertThat(queue.stats().taken()).isZero();
		List<Delivery<String>> again = queue.take(2, Duration.ofSeconds(5));
		assertThat(again).extracting(Delivery::payload).containsExactly("one", "two");
		assertThat(again).extracting(Delivery::attempt).containsExactly(2, 1);
		assertThat(again.get(0).interruptions()).isOne();
		assertThat(again.get(0).isLastAttempt()).isTrue();
		assertThat(queue.stats().dead()).isZero();
		queue.ackAll(again);
	}

	@Test
	void row5aHandlerThatIgnoresInterruptsDoesNotHoldUpTheStop() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicReference<Boolean> settled = new AtomicReference<>();
		CountDownLatch through = new CountDownLatch(1);
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withShutdownTimeout(GRACE), DeliveryHandler.each((delivery) -> {
					this.begun.countDown();
					awaitStubbornly(this.end);
					settled.set(delivery.ack());
					through.countDown();
				}));
		queue.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		long start = System.nanoTime();
		container.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
		Delivery<String> again = queue.take(Duration.ofSeconds(5)).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		this.end.countDown();
		assertThat(through.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(settled).as("what the late handler could settle").hasValue(false);
		assertThat(again.ack()).isTrue();
	}

	@Test
	void whatNoHandlerHasBegunGoesBackInOrder() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger handled = new AtomicInteger();
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> {
					if (handled.incrementAndGet() == 3000) {
						this.begun.countDown();
						this.end.await();
					}
				}));
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(5000));
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		Thread stop = new Thread(container::stop);
		stop.start();
		awaitItsWait(stop);
		await().until(() -> queue.size() == 2000);
		this.end.countDown();
		stop.join(30_000);
		List<String> left = new ArrayList<>();
		while (left.size() < 2000) {
			List<Delivery<String>> some = queue.take(1000, Duration.ofSeconds(5));
			assertThat(some).extracting(Delivery::attempt).containsOnly(1);
			some.forEach((delivery) -> left.add(delivery.payload()));
			queue.ackAll(some);
		}
		assertThat(left).isEqualTo(RedisQueueListenerContainerIntegrationTests.numbers(5000).subList(3000, 5000));
		assertThat(queue.stats().acked()).isEqualTo(5000);
	}

	/** By then it has ended the fetching. */
	private static void awaitItsWait(Thread stop) {
		await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
	}

	@Test
	void stoppingUnderLoadLosesNothingAndRepeatsNothing() {
		RedisQueue<String> queue = this.fixture.queue();
		Map<String, Integer> executions = new ConcurrentHashMap<>();
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(20_000));
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withConcurrency(4),
				DeliveryHandler.each((delivery) -> executions.merge(delivery.payload(), 1, Integer::sum)));
		for (int i = 0; i < 15; i++) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5 + i));
			container.stop();
			assertThat(queue.stats().taken()).as("after stop " + i).isZero();
			container.start();
		}
		await().until(() -> queue.stats().acked() == 20_000);
		assertThat(executions).hasSize(20_000).values().containsOnly(1);
	}

	@Test
	void row42interruptedPollsLoseNothingAndKeepTheOrder() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		List<String> expected = RedisQueueListenerContainerIntegrationTests.numbers(20_000);
		queue.putAll(expected);
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> handled.add(delivery.payload())));
		for (int i = 0; i < 10; i++) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5 + i));
			if (i % 2 == 0) {
				container.stop();
				container.start();
			}
			else {
				container.pause();
				container.resume();
			}
		}
		await().until(() -> queue.stats().acked() == 20_000);
		assertThat(handled).isEqualTo(expected);
	}

	@Test
	void stopsInTimeWhileRedisIsAway() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueFixture.lease(Duration.ofSeconds(1)));
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withConcurrency(2).withShutdownTimeout(GRACE),
				DeliveryHandler.each((delivery) -> {
					this.begun.countDown();
					this.end.await();
				}));
		queue.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		proxy.hole();
		long start = System.nanoTime();
		container.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
		RedisQueue<String> other = this.fixture.queue(QueueFixture.lease(Duration.ofSeconds(1)));
		Delivery<String> again = other.take(Duration.ofSeconds(30)).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		again.ack();
		proxy.heal();
	}

	@Test
	void aHandlerMayStopItsOwnListener() {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicReference<RedisQueueListenerContainer<String>> self = new AtomicReference<>();
		self.set(this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> self.get().stop())));
		queue.putAll(List.of("one", "two"));
		await().until(() -> !self.get().isRunning());
		assertThat(queue.stats().acked()).isOne();
		assertThat(queue.size()).isOne();
	}

	@Test
	void anExecutionWhoseTimeIsUpFailsAndItsThreadGoesOn() {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxAttempts(1));
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults().withHandlerTimeout(Duration.ofMillis(200)),
				DeliveryHandler.each((delivery) -> {
					if (delivery.payload().equals("hangs")) {
						this.end.await();
					}
					handled.add(delivery.payload() + " " + Thread.currentThread().isInterrupted());
				}));
		queue.putAll(List.of("hangs", "goes on"));
		await().until(() -> queue.stats().acked() == 1);
		assertThat(handled).containsExactly("goes on false");
		assertThat(queue.deadLetters().list(0, 10)).singleElement().satisfies((letter) -> {
			assertThat(letter.payload()).isEqualTo("hangs");
			assertThat(letter.causeType()).contains("java.util.concurrent.TimeoutException");
			assertThat(letter.causeMessage())
				.hasValueSatisfying((text) -> assertThat(text).contains("handler-timeout"));
		});
	}

	@Test
	void aHandlerThatIgnoresItsTimeoutIsReplacedAndReported() throws Exception {
		// "It must show" 5
		RedisQueue<String> queue = this.fixture
			.queue(QueueOptions.defaults().withBackoff(dev.redisqueue.Backoff.fixed(Duration.ZERO)));
		CountDownLatch fullConcurrency = new CountDownLatch(2);
		List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, "replaced")) {
			this.fixture.listen("replaced", List.of(queue),
					ListenerOptions.defaults().withConcurrency(2).withHandlerTimeout(Duration.ofSeconds(2)),
					DeliveryHandler.each((delivery) -> {
						if (delivery.payload().equals("hangs")) {
							attempts.add(delivery.attempt());
							if (delivery.attempt() == 1) {
								awaitStubbornly(this.end);
							}
						}
						else {
							fullConcurrency.countDown();
							fullConcurrency.await();
						}
					}));
			queue.put("hangs");
			await().until(() -> queue.stats().acked() == 1);
			assertThat(attempts).containsExactly(1, 2);
			await().until(() -> log.lines()
				.stream()
				.anyMatch((line) -> line.startsWith("ERROR") && line.contains("ignores")));
			queue.putAll(List.of("meets 1", "meets 2"));
			assertThat(fullConcurrency.await(30, TimeUnit.SECONDS)).as("full concurrency").isTrue();
			await().until(() -> queue.stats().acked() == 3);
		}
		finally {
			this.end.countDown();
		}
		await().until(() -> RedisQueueListenerContainerIntegrationTests.threadsOf("replaced")
			.stream()
			.filter((thread) -> !thread.getName().endsWith("ack") && !thread.getName().endsWith("watch"))
			.count() == 2);
	}

	@Test
	void row10aHandlerSlowerThanTheLeaseKeepsIt() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueFixture.lease(Duration.ofSeconds(3)));
		RedisQueue<String> other = this.fixture.queue(QueueFixture.lease(Duration.ofSeconds(3)));
		AtomicInteger executions = new AtomicInteger();
		this.fixture.listen(queue, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			executions.incrementAndGet();
			new CountDownLatch(1).await(5, TimeUnit.SECONDS);
		}));
		queue.put("slow");
		await().until(() -> executions.get() == 1);
		assertThat(other.take(Duration.ofSeconds(4))).isEmpty();
		await().until(() -> queue.stats().acked() == 1);
		assertThat(executions).hasValue(1);
	}

	@Test
	void aLostLeaseInterruptsTheHandler() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueFixture.lease(Duration.ofSeconds(1)));
		CountDownLatch told = new CountDownLatch(1);
		this.fixture.listen(queue, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			this.begun.countDown();
			try {
				this.end.await();
			}
			catch (InterruptedException ex) {
				told.countDown();
				throw ex;
			}
		}));
		RedisQueue<String> other = this.fixture.queue(QueueFixture.lease(Duration.ofSeconds(1)));
		other.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		proxy.hole();
		assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
		Delivery<String> again = other.take(Duration.ofSeconds(30)).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.ack()).isTrue();
		this.end.countDown();
		proxy.heal();
	}

	private static void awaitStubbornly(CountDownLatch latch) {
		boolean interrupted = false;
		while (true) {
			try {
				latch.await();
				break;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
