package dev.redisqueue.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.Backoff;
import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a listener has to get over beside failing handlers: accidents of its own parts and
 * of what the application lends it, and calls at the worst moment.
 */
@Timeout(120)
class MishapIntegrationTests {

	private static final QueueOptions AT_ONCE = QueueOptions.defaults().withBackoff(Backoff.fixed(Duration.ZERO));

	private static final Duration GRACE = Duration.ofMillis(500);

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch end = new CountDownLatch(1);

	private final AtomicReference<RedisQueueListenerContainer<String>> self = new AtomicReference<>();

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
					stubbornly(this.end);
				});
		assertThat(this.begun.await(30, TimeUnit.SECONDS)).isTrue();
		container.stop();
		this.end.countDown();
		await().until(() -> queue.stats().taken() == 0);
		assertThat(payloads(queue)).containsExactly("1", "2", "3", "4");
	}

	@Test
	void aBatchThatIsReleasedKeepsItsOrder() {
		RedisQueue<String> queue = this.fixture.queue();
		List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
		queue.putAll(List.of("1", "2", "3"));
		this.fixture.listen(queue,
				ListenerOptions.defaults()
					.withBatch(3)
					.withFailurePolicy((delivery, failure) -> FailureOutcome.release()),
				(deliveries) -> {
					batches.add(deliveries.stream().map(Delivery::payload).toList());
					if (deliveries.get(0).attempt() == 1) {
						throw new IllegalStateException("away");
					}
				});
		await().until(() -> queue.stats().acked() == 3);
		assertThat(batches).hasSize(2).containsOnly(List.of("1", "2", "3"));
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
	void whatWaitsToRunAloneIsNotBegunAfterAStop() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> began = Collections.synchronizedList(new ArrayList<>());
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue,
				ListenerOptions.defaults().withConcurrency(2).withShutdownTimeout(GRACE), (deliveries) -> {
					began.add(deliveries.get(0).payload());
					this.begun.countDown();
					stubbornly(this.end);
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
		CountDownLatch ended = new CountDownLatch(1);
		HandlerProbe probe = new HandlerProbe(queue, ended);
		assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
		probe.add();
		await().until(() -> queue.stats().acked() == 1);
	}

	@Test
	void whatIsGivenBackForBeingStaleKeepsTheOrder() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults());
		RedisQueue<String> other = this.fixture.queue();
		List<String> expected = RedisQueueListenerContainerIntegrationTests.numbers(10_000);
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		queue.putAll(expected);
		this.fixture.listen(queue, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			handled.add(delivery.payload());
			if (handled.size() == 7000) {
				// Giving back takes its time, and the handler ends in the middle of it.
				proxy.delayReplies(Duration.ofMillis(5));
				long before = other.size();
				await().until(() -> other.size() > before + 10);
				this.begun.countDown();
			}
			else if (handled.size() == 7050) {
				proxy.delayReplies(Duration.ZERO);
			}
		}));
		await().until(() -> queue.stats().acked() == 10_000);
		assertThat(handled).isEqualTo(expected);
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
			await().until(() -> queue.stats().dead() == 24);
			await().until(() -> log.lines().stream().filter((line) -> line.contains("ignores")).count() == 24);
			assertThat(log.lines()).noneMatch((line) -> line.contains("no more are added"));
		}
	}

	/** Until this thread is said to ignore its interrupt. */
	private static void awaitReport(LogEvents log) {
		String report = "on thread " + Thread.currentThread().getName() + " ignores";
		long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (System.nanoTime() < until && log.lines().stream().noneMatch((line) -> line.contains(report))) {
			stubbornly(new CountDownLatch(1), Duration.ofMillis(20));
		}
	}

	@Test
	void aReleaseHoldsOffAWaitThatIsUnderWay() {
		RedisQueue<String> queue = this.fixture.queue();
		List<Long> calls = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue,
				ListenerOptions.defaults()
					.withConcurrency(4)
					.withFailurePolicy((delivery, failure) -> FailureOutcome.release()),
				(deliveries) -> {
					calls.add(System.nanoTime());
					new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
					throw new IllegalStateException("away");
				});
		queue.put("one");
		await().until(() -> calls.size() >= 4);
		for (int i = 1; i < 4; i++) {
			assertThat(calls.get(i) - calls.get(i - 1)).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
		}
	}

	@Test
	void whatATakeBringsThatWasUnderWayWhenItsQueueWasHeldOffGoesBack() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicReference<Source<String>> source = new AtomicReference<>();
		source.set(new Source<>("test", interposed(queue, "take", () -> {
		}, () -> source.get().holdOff(Duration.ofMinutes(1)))));
		Backlog<String> backlog = new Backlog<>(new Prefetch(1), 3, () -> false);
		Poller<String> poller = new Poller<>(List.of(source.get()), backlog,
				new OutcomeExecutor<>("test", FailurePolicy.defaults(), backlog, Runnable::run));
		queue.putAll(List.of("1", "2", "3"));
		assertThat(backlog.next()).as("the turn to poll").isEmpty();
		poller.poll();
		assertThat(queue.stats().taken()).isZero();
		assertThat(payloads(queue)).containsExactly("1", "2", "3");
		assertThat(backlog.next()).as("nothing to handle, the turn to poll").isEmpty();
	}

	@Test
	void nothingElseIsDrainedWhileYoungerMessagesGoBack() throws Exception {
		Backlog<String> backlog = new Backlog<>(new Prefetch(1), 1, () -> false);
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("1", "2"));
		assertThat(backlog.next()).as("the turn to poll").isEmpty();
		assertThat(backlog.drain()).as("begins to give back").isEmpty();
		assertThat(backlog.polled(new Source<>("test", queue).take(2, Duration.ZERO))).isTrue();
		assertThat(backlog.drainStale(0)).isEmpty();
		backlog.pause();
		CompletableFuture<List<Taken<String>>> surrendered = CompletableFuture
			.supplyAsync(() -> backlog.surrender(Duration.ofMinutes(1)));
		await().during(Duration.ofMillis(200)).until(() -> !surrendered.isDone());
		backlog.gaveBack();
		List<Taken<String>> drained = surrendered.get(30, TimeUnit.SECONDS);
		assertThat(drained).hasSize(2);
		drained.forEach((taken) -> taken.delivery().ack());
	}

	@Test
	void aFailureDoesNotShortenAHoldOff() throws Exception {
		AtomicInteger takes = new AtomicInteger();
		AtomicReference<Source<String>> source = new AtomicReference<>();
		source.set(new Source<>("test", interposed(this.fixture.queue(), "take", () -> {
			takes.incrementAndGet();
			source.get().holdOff(Duration.ofMinutes(1));
			throw new QueueException("", null, "NOPERM", null);
		}, () -> {
		})));
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, this.fixture.name())) {
			assertThat(source.get().take(1, Duration.ZERO)).isEmpty();
			assertThat(log.lines()).singleElement().asString().contains("NOPERM");
		}
		await().during(Duration.ofSeconds(1)).until(() -> source.get().take(1, Duration.ZERO).isEmpty());
		assertThat(takes).hasValue(1);
	}

	@Test
	void whatIsResumedBeforeItCouldBeGivenBackStays() throws Exception {
		Backlog<String> backlog = new Backlog<>(new Prefetch(1), 1, () -> false);
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("1", "2"));
		Source<String> source = new Source<>("test", queue);
		assertThat(backlog.next()).as("the turn to poll").isEmpty();
		assertThat(backlog.polled(source.take(2, Duration.ZERO))).isTrue();
		backlog.pause();
		backlog.resume();
		assertThat(backlog.surrender(Duration.ofSeconds(1))).isEmpty();
		backlog.gaveBack();
		for (String payload : List.of("1", "2")) {
			List<Taken<String>> work = backlog.next();
			assertThat(work).singleElement()
				.satisfies((taken) -> assertThat(taken.delivery().payload()).isEqualTo(payload));
			work.get(0).delivery().ack();
		}
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

	@Test
	void anInterruptedThreadDoesNotSpinWhereSettlingFails() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger calls = new AtomicInteger();
		OutcomeExecutor<String> outcomes = new OutcomeExecutor<>("test", FailurePolicy.defaults(),
				new Backlog<>(new Prefetch(1), 1, () -> false), Runnable::run);
		AtomicBoolean kept = new AtomicBoolean();
		Thread thread = new Thread(() -> {
			Thread.currentThread().interrupt();
			outcomes.giveBack(List.of(new Taken<>(new Source<>("test", queue), failing(calls, 3), 0)));
			kept.set(Thread.currentThread().isInterrupted());
		});
		long start = System.nanoTime();
		thread.start();
		thread.join(30_000);
		assertThat(calls).hasValue(4);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
		assertThat(kept).as("the flag is kept").isTrue();
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

	@Test
	void refusesDurationsThatNobodyCanWaitFor() {
		Duration forever = java.time.temporal.ChronoUnit.FOREVER.getDuration();
		ListenerOptions options = ListenerOptions.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> options.withShutdownTimeout(forever));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withHandlerTimeout(forever));
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

	private static <T> RedisQueue<T> acknowledging(RedisQueue<T> queue, Runnable before) {
		return interposed(queue, "ackAll", before, () -> {
		});
	}

	@SuppressWarnings("unchecked") // A proxy of this interface.
	private static <T> RedisQueue<T> interposed(RedisQueue<T> queue, String verb, Runnable before, Runnable after) {
		return (RedisQueue<T>) Proxy.newProxyInstance(RedisQueue.class.getClassLoader(),
				new Class<?>[] { RedisQueue.class }, (proxy, method, arguments) -> {
					boolean meant = method.getName().equals(verb);
					if (meant) {
						before.run();
					}
					try {
						Object result = method.invoke(queue, arguments);
						if (meant) {
							after.run();
						}
						return result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private static void stubbornly(CountDownLatch latch) {
		stubbornly(latch, Duration.ofMinutes(1));
	}

	private static void stubbornly(CountDownLatch latch, Duration atMost) {
		long until = System.nanoTime() + atMost.toNanos();
		for (long left = atMost.toNanos(); left > 0; left = until - System.nanoTime()) {
			try {
				if (latch.await(left, TimeUnit.NANOSECONDS)) {
					return;
				}
			}
			catch (InterruptedException ex) {
				// It is stubborn.
			}
		}
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

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	/** An acknowledger that has ended, and a handler that ends after it. */
	private static final class HandlerProbe {

		private final Acknowledger<String> acknowledger = new Acknowledger<>("test", () -> {
		}, Runnable::run);

		private final Taken<String> taken;

		HandlerProbe(RedisQueue<String> queue, CountDownLatch ended) throws InterruptedException {
			queue.put("one");
			this.taken = new Taken<>(new Source<>("test", queue), queue.take(Duration.ofSeconds(5)).orElseThrow(),
					System.nanoTime());
			new Thread(() -> {
				this.acknowledger.run();
				ended.countDown();
			}).start();
			this.acknowledger.close(Duration.ofSeconds(1));
		}

		void add() {
			this.acknowledger.add(List.of(this.taken));
		}

	}

}
