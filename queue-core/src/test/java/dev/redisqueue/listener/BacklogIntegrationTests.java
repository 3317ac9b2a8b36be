package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is prefetched keeps its order when it goes back, whatever happens meanwhile.
 */
@Timeout(120)
class BacklogIntegrationTests {

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	private final CountDownLatch begun = new CountDownLatch(1);

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
		source.set(new Source<>("test", InterposedQueue.of(queue, "take", () -> {
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
		CompletableFuture<List<TakenDelivery<String>>> surrendered = CompletableFuture
			.supplyAsync(() -> backlog.surrender(Duration.ofMinutes(1)));
		await().during(Duration.ofMillis(200)).until(() -> !surrendered.isDone());
		backlog.gaveBack();
		List<TakenDelivery<String>> drained = surrendered.get(30, TimeUnit.SECONDS);
		assertThat(drained).hasSize(2);
		drained.forEach((taken) -> taken.delivery().ack());
	}

	@Test
	void aFailureDoesNotShortenAHoldOff() throws Exception {
		AtomicInteger takes = new AtomicInteger();
		AtomicReference<Source<String>> source = new AtomicReference<>();
		source.set(new Source<>("test", InterposedQueue.of(this.fixture.queue(), "take", () -> {
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
			List<TakenDelivery<String>> work = backlog.next();
			assertThat(work).singleElement()
				.satisfies((taken) -> assertThat(taken.delivery().payload()).isEqualTo(payload));
			work.get(0).delivery().ack();
		}
	}

	private static List<String> payloads(RedisQueue<String> queue) throws InterruptedException {
		List<Delivery<String>> taken = queue.take(100, Duration.ofSeconds(5));
		List<String> payloads = taken.stream().map(Delivery::payload).toList();
		queue.ackAll(taken);
		return payloads;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
