package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a listener does while nothing fails.
 */
class RedisQueueListenerContainerIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	@Test
	void handlesEachMessageOnceAndAcknowledgesIt() {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(numbers(5000));
		Map<String, Integer> handled = new ConcurrentHashMap<>();
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(8), DeliveryHandler
			.each((delivery) -> handled.merge(delivery.payload(), delivery.attempt(), Integer::sum)));
		await().until(() -> queue.stats().acked() == 5000);
		assertThat(handled).hasSize(5000).allSatisfy((payload, attempts) -> assertThat(attempts).isOne());
		assertThat(queue.stats().taken()).isZero();
	}

	@Test
	void keepsTheOrderWithOneThread() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> handled.add(delivery.payload())));
		List<String> expected = numbers(2000);
		expected.forEach(queue::put);
		await().until(() -> handled.size() == 2000);
		assertThat(handled).isEqualTo(expected);
	}

	@Test
	void runsAsManyHandlersAsItsConcurrencySays() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		CountDownLatch allAtOnce = new CountDownLatch(5);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Semaphore end = new Semaphore(0);
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(5), DeliveryHandler.each((delivery) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			allAtOnce.countDown();
			end.acquire();
			running.decrementAndGet();
		}));
		queue.putAll(numbers(20));
		assertThat(allAtOnce.await(30, TimeUnit.SECONDS)).isTrue();
		end.release(20);
		await().until(() -> queue.stats().acked() == 20);
		assertThat(most).hasValue(5);
	}

	@Test
	void handsBatchesInOrder() {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(numbers(250));
		List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults().withBatch(100),
				(deliveries) -> batches.add(deliveries.stream().map(Delivery::payload).toList()));
		await().until(() -> queue.stats().acked() == 250);
		assertThat(batches).allSatisfy((batch) -> assertThat(batch).hasSizeBetween(1, 100));
		assertThat(batches.stream().flatMap(List::stream)).isEqualTo(numbers(250));
		assertThat(batches.get(0)).hasSize(100);
	}

	@Test
	void leavesAloneWhatTheHandlerSettledItself() {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxAttempts(3));
		List<String> verbs = List.of("ack", "release", "retry", "bury", "nothing");
		queue.putAll(verbs);
		Map<String, List<Integer>> attempts = new ConcurrentHashMap<>();
		this.fixture.listen(queue, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			List<Integer> of = attempts.computeIfAbsent(delivery.payload(),
					(payload) -> Collections.synchronizedList(new ArrayList<>()));
			of.add(delivery.attempt());
			if (of.size() > 1) {
				return;
			}
			switch (delivery.payload()) {
				case "ack" -> delivery.ack();
				case "release" -> delivery.release();
				case "retry" -> delivery.retry(Duration.ZERO);
				case "bury" -> delivery.bury("as asked");
				default -> {
				}
			}
		}));
		await().until(() -> queue.stats().acked() == 4);
		assertThat(attempts).containsEntry("ack", List.of(1))
			.containsEntry("release", List.of(1, 1))
			.containsEntry("retry", List.of(1, 2))
			.containsEntry("bury", List.of(1))
			.containsEntry("nothing", List.of(1));
		assertThat(queue.deadLetters().list(0, 10)).singleElement()
			.satisfies((letter) -> assertThat(letter.reason()).isEqualTo("as asked"));
	}

	@Test
	void servesSeveralQueuesInStrictOrder() {
		RedisQueue<String> high = this.fixture.process().create(this.fixture.name() + "-high", String.class);
		RedisQueue<String> low = this.fixture.queue();
		low.putAll(IntStream.range(0, 300).mapToObj((i) -> "low").toList());
		high.putAll(IntStream.range(0, 300).mapToObj((i) -> "high").toList());
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(List.of(high, low), ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> handled.add(delivery.payload())));
		await().until(() -> handled.size() == 600);
		assertThat(handled.subList(0, 300)).containsOnly("high");
		assertThat(handled.subList(300, 600)).containsOnly("low");
	}

	@Test
	void anIdleListenerOfSeveralQueuesHearsEachOfThem() {
		RedisQueue<String> high = this.fixture.process().create(this.fixture.name() + "-high", String.class);
		RedisQueue<String> low = this.fixture.queue();
		Set<String> handled = ConcurrentHashMap.newKeySet();
		this.fixture.listen(List.of(high, low), ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> handled.add(delivery.payload())));
		for (int i = 0; i < 20; i++) {
			String payload = "message " + i;
			((i % 2 == 0) ? low : high).put(payload);
			await().until(() -> handled.contains(payload));
		}
		await().until(() -> low.stats().acked() + high.stats().acked() == 20);
	}

	@Test
	void doesNotSitOnMessagesThatAnotherProcessCouldHandle() {
		// "It must show" 4: a backlog of 40, handlers of a second, four at a time.
		Map<String, AtomicInteger> handled = new HashMap<>();
		RedisQueue<String> producer = this.fixture.queue();
		producer.putAll(numbers(40));
		for (String process : List.of("busy", "idle")) {
			AtomicInteger count = new AtomicInteger();
			handled.put(process, count);
			this.fixture.listen(this.fixture.queue(), ListenerOptions.defaults().withConcurrency(4),
					DeliveryHandler.each((delivery) -> {
						new CountDownLatch(1).await(1, TimeUnit.SECONDS);
						count.incrementAndGet();
					}));
		}
		await().until(() -> producer.stats().acked() == 40);
		assertThat(handled.get("busy").get()).isBetween(16, 24);
	}

	@Test
	void givesBackWhatWaitsWhenHandlersBecomeSlow() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		CountDownLatch slow = new CountDownLatch(1);
		AtomicInteger fast = new AtomicInteger();
		AtomicInteger elsewhere = new AtomicInteger();
		// Fast until it has taken many ahead, then stuck.
		this.fixture.listen(queue, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			if (fast.incrementAndGet() > 3000) {
				slow.await();
			}
		}));
		queue.putAll(numbers(4500));
		await().until(() -> fast.get() > 3000);
		this.fixture.listen(this.fixture.queue(), ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> elsewhere.incrementAndGet()));
		await().until(() -> elsewhere.get() == 1499);
		slow.countDown();
		await().until(() -> queue.stats().acked() == 4500);
	}

	@Test
	void pausesAndResumesInThisProcess() {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger handled = new AtomicInteger();
		RedisQueueListenerContainer<String> container = this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> handled.incrementAndGet()));
		queue.put("one");
		await().until(() -> handled.get() == 1);
		container.pause();
		assertThat(container.isPaused()).isTrue();
		queue.put("two");
		await().during(Duration.ofMillis(500)).until(() -> handled.get() == 1);
		container.stop();
		container.start();
		await().during(Duration.ofMillis(500)).until(() -> handled.get() == 1);
		container.resume();
		await().until(() -> handled.get() == 2);
	}

	@Test
	void aPausedQueueHoldsListenersInAllProcesses() {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger handled = new AtomicInteger();
		for (int i = 0; i < 2; i++) {
			this.fixture.listen(this.fixture.queue(), ListenerOptions.defaults(),
					DeliveryHandler.each((delivery) -> handled.incrementAndGet()));
		}
		queue.put("one");
		await().until(() -> handled.get() == 1);
		queue.pause();
		queue.put("two");
		await().during(Duration.ofMillis(1500)).until(() -> handled.get() == 1);
		queue.resume();
		await().until(() -> handled.get() == 2);
	}

	@Test
	void startsAndStopsAgainAndAgain() {
		RedisQueue<String> queue = this.fixture.queue();
		AtomicInteger handled = new AtomicInteger();
		RedisQueueListenerContainer<String> container = this.fixture.listen("again", List.of(queue),
				ListenerOptions.defaults().withConcurrency(3),
				DeliveryHandler.each((delivery) -> handled.incrementAndGet()));
		for (int i = 1; i <= 20; i++) {
			container.start();
			queue.put("message");
			int expected = i;
			await().until(() -> handled.get() == expected);
			container.stop();
			container.stop();
			assertThat(container.isRunning()).isFalse();
		}
		assertThat(queue.stats().taken()).isZero();
		assertThat(queue.stats().acked()).isEqualTo(20);
		await().until(() -> threadsOf("again").isEmpty());
	}

	@Test
	void tellsTheLoggingContext() {
		RedisQueue<String> queue = this.fixture.queue();
		List<Map<String, String>> contexts = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults(),
				DeliveryHandler.each((delivery) -> contexts.add(MDC.getCopyOfContextMap())));
		queue.put("one", PutOptions.create().id("the-id"));
		await().until(() -> contexts.size() == 1);
		assertThat(contexts.get(0)).containsEntry("queue", queue.name())
			.containsEntry("messageId", "the-id")
			.containsEntry("attempt", "1");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void handlesOnVirtualThreads() {
		RedisQueue<String> queue = this.fixture.queue();
		Set<String> threads = ConcurrentHashMap.newKeySet();
		this.fixture.listen(queue, ListenerOptions.defaults().withVirtualThreads(true).withConcurrency(4),
				DeliveryHandler.each((delivery) -> threads.add(Thread.currentThread().toString())));
		queue.putAll(numbers(1000));
		await().until(() -> queue.stats().acked() == 1000);
		assertThat(threads).allSatisfy(
				(thread) -> assertThat(thread).startsWith("VirtualThread").contains("redis-queue-listener-test-"));
	}

	@Test
	void refusesOptionsOutOfRange() {
		ListenerOptions options = ListenerOptions.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> options.withConcurrency(0)).withMessageContaining("'0'");
		assertThatIllegalArgumentException().isThrownBy(() -> options.withBatch(1001)).withMessageContaining("1000");
		assertThatIllegalArgumentException().isThrownBy(() -> options.withHandlerTimeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withShutdownTimeout(Duration.ofSeconds(-1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RedisQueueListenerContainer<String>("none", List.of(), options, (deliveries) -> {
			}))
			.withMessageContaining("none");
	}

	static List<Thread> threadsOf(String listener) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("redis-queue-listener-" + listener + "-"))
			.toList();
	}

	static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20));
	}

}
