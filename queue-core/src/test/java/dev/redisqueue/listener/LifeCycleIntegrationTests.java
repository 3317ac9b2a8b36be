package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts and stops from wherever they come, the handlers of the listener included.
 */
@Timeout(120)
class LifeCycleIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private final AtomicReference<RedisQueueListenerContainer<String>> self = new AtomicReference<>();

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch end = new CountDownLatch(1);

	@Test
	void tellsItsState() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> listener = listen(queue, ListenerOptions.defaults(), (delivery) -> {
			this.begun.countDown();
			this.end.await();
		});
		assertThat(listener.state()).isEqualTo(ListenerState.RUNNING);
		listener.pause();
		assertThat(listener.state()).isEqualTo(ListenerState.PAUSED);
		listener.resume();
		queue.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		CountDownLatch stopped = new CountDownLatch(1);
		listener.stop(stopped::countDown);
		assertThat(listener.state()).isEqualTo(ListenerState.STOPPING);
		assertThat(listener.isRunning()).isTrue();
		this.end.countDown();
		assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(listener.state()).isEqualTo(ListenerState.STOPPED);
	}

	@Test
	void aHandlerMayRestartItsOwnListener() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		listen(queue, ListenerOptions.defaults(), (delivery) -> {
			handled.add(delivery.payload());
			if (delivery.payload().equals("restart")) {
				this.self.get().stop();
				this.self.get().start();
			}
		});
		queue.putAll(List.of("restart", "after"));
		await().until(() -> queue.stats().acked() == 2);
		assertThat(handled).containsExactly("restart", "after");
		assertThat(this.self.get().state()).isEqualTo(ListenerState.RUNNING);
	}

	@Test
	void theLastCallDuringAStopHolds() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> listener = listen(queue, ListenerOptions.defaults(), (delivery) -> {
			this.begun.countDown();
			this.end.await();
		});
		queue.put("one");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		CountDownLatch stopped = new CountDownLatch(1);
		listener.stop(stopped::countDown);
		Thread start = new Thread(listener::start);
		start.start();
		await().until(() -> start.getState() == Thread.State.WAITING);
		this.end.countDown();
		start.join(30_000);
		assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(listener.state()).isEqualTo(ListenerState.RUNNING);
		queue.put("two");
		await().until(() -> queue.stats().acked() == 2);
	}

	/** As one that closes the application does. */
	@Test
	void aHandlerThatWaitsForTheStopOfItsOwnListenerIsNotWaitedFor() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> attempts = Collections.synchronizedList(new ArrayList<>());
		AtomicReference<Duration> took = new AtomicReference<>();
		listen(queue, ListenerOptions.defaults().withConcurrency(2), (delivery) -> {
			attempts.add(delivery.attempt() + " " + delivery.interruptions());
			if (attempts.size() == 1) {
				long start = System.nanoTime();
				CountDownLatch stopped = new CountDownLatch(1);
				this.self.get().stop(stopped::countDown);
				stopped.await();
				took.set(Duration.ofNanos(System.nanoTime() - start));
				assertThat(queue.stats().taken()).as("it went back").isZero();
			}
		});
		queue.put("one");
		await().until(() -> took.get() != null);
		assertThat(took.get()).isLessThan(ListenerOptions.DEFAULT_SHUTDOWN_TIMEOUT.dividedBy(2));
		this.self.get().start();
		await().until(() -> queue.stats().acked() == 1);
		assertThat(attempts).containsExactly("1 0", "2 1");
	}

	@Test
	void aFailurePolicyThatHangsOnATimeoutHoldsUpNeitherAStopNorOthers() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger decided = new AtomicInteger();
		CountDownLatch hangs = new CountDownLatch(1);
		RedisQueueListenerContainer<String> listener = listen(queue,
				ListenerOptions.defaults()
					.withConcurrency(2)
					.withShutdownTimeout(Duration.ofSeconds(1))
					.withHandlerTimeout(Duration.ofMillis(200))
					.withFailurePolicy((delivery, failure) -> {
						if (delivery.payload().equals("hangs")) {
							this.begun.countDown();
							StubbornWait.until(hangs);
						}
						decided.incrementAndGet();
						return FailureOutcome.discard();
					}),
				(delivery) -> this.end.await());
		queue.put("hangs");
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		queue.put("other");
		await().until(() -> decided.get() == 1);
		long start = System.nanoTime();
		listener.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
		hangs.countDown();
		await().until(() -> queue.stats().taken() == 0);
	}

	private RedisQueueListenerContainer<String> listen(RedisQueue<String> queue, ListenerOptions options,
			Handler handler) {
		this.self.set(this.fixture.listen(queue, options, (deliveries) -> handler.handle(deliveries.get(0))));
		return this.self.get();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	@FunctionalInterface
	private interface Handler {

		void handle(Delivery<String> delivery) throws Exception;

	}

}
