package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.Backoff;
import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a stop or a pause has to get over: handlers that do not return, Redis away, and
 * calls at the worst moment.
 */
@Timeout(120)
class StopMishapIntegrationTests {

	private static final QueueOptions AT_ONCE = QueueOptions.defaults().withBackoff(Backoff.fixed(Duration.ZERO));

	private static final Duration GRACE = Duration.ofMillis(500);

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch end = new CountDownLatch(1);

	private final AtomicReference<RedisQueueListenerContainer<String>> self = new AtomicReference<>();

	@Test
	void whatAStopInterruptsGoesBackInOrder() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> container = listenOnce(queue,
				ListenerOptions.defaults().withBatch(3).withShutdownTimeout(GRACE));
		container.stop();
		await().until(() -> queue.stats().taken() == 0);
		assertThat(payloads(queue)).containsExactly("1", "2", "3", "4");
	}

	@Test
	void whatAStopAbandonsGoesBackInOrder() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("1", "2", "3", "4"));
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withBatch(3).withShutdownTimeout(GRACE), (deliveries) -> {
					this.begun.countDown();
					StubbornWait.until(this.end);
				});
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		container.stop();
		this.end.countDown();
		await().until(() -> queue.stats().taken() == 0);
		assertThat(payloads(queue)).containsExactly("1", "2", "3", "4");
	}

	@Test
	void anInterruptedStopInterruptsTheHandlersAtOnce() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> container = listenOnce(queue,
				ListenerOptions.defaults().withShutdownTimeout(Duration.ofSeconds(20)));
		Thread stop = new Thread(container::stop);
		stop.start();
		stop.interrupt();
		stop.join(10_000);
		assertThat(stop.isAlive()).isFalse();
		await().until(() -> queue.stats().taken() == 0);
		assertThat(payloads(queue)).containsExactly("1", "2", "3", "4");
	}

	@Test
	void aPauseWhileRedisIsAwayHoldsUpNeitherItsCallerNorAStop() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueFixture.lease(Duration.ofMinutes(1)));
		RedisQueueListenerContainer<String> container = stuckWithManyAhead(queue);
		proxy.refuse();
		Thread pause = new Thread(container::pause);
		pause.start();
		Thread stop = new Thread(container::stop);
		pause.join(10_000);
		stop.start();
		stop.join(40_000);
		boolean paused = !pause.isAlive();
		boolean stopped = !stop.isAlive();
		proxy.accepting();
		assertThat(paused).as("paused").isTrue();
		assertThat(stopped).as("stopped").isTrue();
		pause.join();
	}

	@Test
	void aHandlerMayPauseWhileTheListenerStops() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		this.self.set(this.fixture.listen(queue, ListenerOptions.defaults().withShutdownTimeout(Duration.ofSeconds(20)),
				(deliveries) -> {
					this.begun.countDown();
					this.end.await();
					if (!this.self.get().isPaused()) {
						this.self.get().pause();
						this.self.get().resume();
					}
				}));
		queue.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		long start = System.nanoTime();
		Thread stop = new Thread(this.self.get()::stop);
		stop.start();
		await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
		this.end.countDown();
		stop.join(60_000);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		assertThat(queue.stats().acked()).isOne();
	}

	@Test
	void aFailurePolicyMayStopTheListener() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		AtomicReference<Duration> took = new AtomicReference<>();
		this.self.set(this.fixture.listen(queue,
				ListenerOptions.defaults()
					.withShutdownTimeout(Duration.ofSeconds(20))
					.withFailurePolicy((delivery, failure) -> {
						long start = System.nanoTime();
						this.self.get().stop();
						took.set(Duration.ofNanos(System.nanoTime() - start));
						return FailureOutcome.retry();
					}),
				(deliveries) -> {
					throw new IllegalStateException("fatal");
				}));
		queue.put("one");
		await().until(() -> !this.self.get().isRunning());
		assertThat(took.get()).isLessThan(Duration.ofSeconds(10));
		assertThat(queue.stats().taken()).isZero();
	}

	@Test
	void whatWaitsToRunAloneIsNotBegunAfterAStop() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> began = Collections.synchronizedList(new ArrayList<>());
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withConcurrency(2).withShutdownTimeout(GRACE), (deliveries) -> {
					began.add(deliveries.get(0).payload());
					this.begun.countDown();
					StubbornWait.until(this.end);
				});
		queue.put("first");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		this.fixture.redis().rpush(this.fixture.list(), suspect("alone"));
		await().until(() -> queue.stats().taken() == 2);
		container.stop();
		this.end.countDown();
		await().until(() -> queue.stats().taken() == 0);
		await().during(GRACE).until(() -> began.equals(List.of("first")));
		assertThat(payloads(queue)).containsExactlyInAnyOrder("first", "alone");
	}

	@Test
	void ofABatchThatRunsOneByOneNoneBeginsAfterAStop() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> began = Collections.synchronizedList(new ArrayList<>());
		for (String payload : List.of("1", "2", "3")) {
			this.fixture.redis().rpush(this.fixture.list(), suspect(payload));
		}
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withBatch(3).withShutdownTimeout(GRACE), (deliveries) -> {
					began.add(deliveries.get(0).payload());
					this.begun.countDown();
					this.end.await();
				});
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		container.stop();
		await().until(() -> queue.stats().taken() == 0);
		assertThat(began).containsExactly("1");
		assertThat(payloads(queue)).containsExactlyInAnyOrder("1", "2", "3");
	}

	@Test
	void whatALateHandlerEndsIsStillAcknowledged() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("one");
		Source<String> source = new Source<>("test", queue);
		Acknowledger<String> acknowledger = new Acknowledger<>("test", source, new ListenerThreads("test", false));
		List<TakenDelivery<String>> taken = source.take(1, null);
		acknowledger.close();
		assertThat(acknowledger.isThrough()).isTrue();
		acknowledger.add(taken);
		await().until(() -> queue.stats().acked() == 1);
	}

	@Test
	void whatCouldNotBeSettledBeforeAStopIsSettledAfterIt() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, AT_ONCE.withLease(Duration.ofMinutes(2)));
		RedisQueueListenerContainer<String> container = stuckWithManyAhead(queue);
		proxy.refuse();
		container.stop();
		new CountDownLatch(1).await(15, TimeUnit.SECONDS);
		proxy.accepting();
		await().atMost(Duration.ofSeconds(60)).until(() -> queue.stats().taken() == 0);
	}

	/** Has one handler begin what it can take, that only an interrupt ends. */
	private RedisQueueListenerContainer<String> listenOnce(RedisQueue<String> queue, ListenerOptions options)
			throws InterruptedException {
		queue.putAll(List.of("1", "2", "3", "4"));
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue, options, (deliveries) -> {
			this.begun.countDown();
			this.end.await();
		});
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		return container;
	}

	/** A listener whose handler hangs once it is so fast that many are taken ahead. */
	private RedisQueueListenerContainer<String> stuckWithManyAhead(RedisQueue<String> queue)
			throws InterruptedException {
		AtomicInteger handled = new AtomicInteger();
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withShutdownTimeout(GRACE), (deliveries) -> {
					if (handled.incrementAndGet() == 3000) {
						this.begun.countDown();
						this.end.await();
					}
				});
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(5000));
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		return container;
	}

	private static List<String> payloads(RedisQueue<String> queue) throws InterruptedException {
		List<Delivery<String>> taken = queue.take(100, Duration.ofSeconds(5));
		List<String> payloads = taken.stream().map(Delivery::payload).toList();
		queue.ackAll(taken);
		return payloads;
	}

	/** What recovery brought back for its last attempt. */
	private static byte[] suspect(String payload) {
		return QueueFixture.bytes("RQ/1\nid:" + payload + "\nattempt:10\nrecovered:1\n\n" + payload);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
