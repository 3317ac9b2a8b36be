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
import dev.redisqueue.testing.Async;
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
		Backlog<String> backlog = backlog(source.get(), 3);
		Fetcher<String> fetcher = new Fetcher<>(backlog, settlements(source.get(), backlog), new Mishaps("test"));
		queue.putAll(List.of("1", "2", "3"));
		assertThat(backlog.next()).as("the turn to take").isEmpty();
		fetcher.takeTurn();
		await().until(() -> queue.stats().taken() == 0);
		assertThat(payloads(queue)).containsExactly("1", "2", "3");
		assertThat(backlog.next()).as("nothing to handle, the turn to take").isEmpty();
	}

	@Test
	void whatATakeBringsGoesBackWithWhatWasRecalledMeanwhile() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		Source<String> source = new Source<>("test", queue);
		Backlog<String> backlog = backlog(source, 1);
		queue.putAll(List.of("1", "2"));
		assertThat(backlog.next()).as("the turn to take").isEmpty();
		backlog.recall(source);
		CompletableFuture<List<TakenDelivery<String>>> recalled = Async
			.call(() -> backlog.recalled(source, Duration.ofMinutes(1)));
		await().during(Duration.ofMillis(200)).until(() -> !recalled.isDone());
		assertThat(backlog.brought(source, source.take(2, null))).isTrue();
		List<TakenDelivery<String>> back = recalled.get(30, TimeUnit.SECONDS);
		assertThat(back).hasSize(2);
		CompletableFuture<List<TakenDelivery<String>>> next = Async.call(backlog::next);
		await().during(Duration.ofMillis(200)).until(() -> !next.isDone());
		backlog.returned(source);
		assertThat(next.get(30, TimeUnit.SECONDS)).as("the turn to take").isEmpty();
		back.forEach((taken) -> taken.delivery().ack());
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
			assertThat(source.get().take(1, null)).isEmpty();
			assertThat(log.lines()).singleElement().asString().contains("NOPERM");
		}
		await().during(Duration.ofSeconds(1)).until(() -> source.get().take(1, null).isEmpty());
		assertThat(takes).hasValue(1);
	}

	@Test
	void whatGoesBackWhileTheListenerIsResumedKeepsItsOrder() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		Source<String> source = new Source<>("test", queue);
		Backlog<String> backlog = backlog(source, 1);
		Settlements<String> settlements = settlements(source, backlog);
		Fetcher<String> fetcher = new Fetcher<>(backlog, settlements, new Mishaps("test"));
		queue.putAll(List.of("1", "2"));
		assertThat(backlog.next()).as("the turn to take").isEmpty();
		assertThat(backlog.brought(source, source.take(2, null))).isTrue();
		backlog.pause();
		settlements.recall();
		backlog.resume();
		List<String> handled = new ArrayList<>();
		while (handled.size() < 2) {
			List<TakenDelivery<String>> work = backlog.next();
			if (work.isEmpty()) {
				fetcher.takeTurn();
			}
			else {
				handled.add(work.get(0).delivery().payload());
				work.get(0).delivery().ack();
				backlog.done();
			}
		}
		assertThat(handled).containsExactly("1", "2");
	}

	private static Backlog<String> backlog(Source<String> source, int batch) {
		return new Backlog<>(List.of(source), new Prefetch(1), batch, (any) -> false);
	}

	private static Settlements<String> settlements(Source<String> source, Backlog<String> backlog) {
		return new Settlements<>("test", source, backlog, new ListenerThreads("test", false));
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
