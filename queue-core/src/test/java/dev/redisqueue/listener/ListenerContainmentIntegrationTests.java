package dev.redisqueue.listener;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one message, one handler or one queue does stays with it.
 */
@Timeout(180)
class ListenerContainmentIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void whatAHandlerAddsToTheLoggingContextIsNotToldOfTheNextMessage() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> seen = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults(), (deliveries) -> {
			seen.add(deliveries.get(0).payload() + " " + MDC.get("tenant") + " " + MDC.get("messageId"));
			MDC.put("tenant", deliveries.get(0).payload());
		});
		queue.putAll(List.of("1", "2", "3"));
		await().until(() -> queue.stats().acked() == 3);
		assertThat(seen).hasSize(3)
			.allMatch((line) -> line.contains(" null "))
			.noneMatch((line) -> line.endsWith("null"));
	}

	/** One that a test of the application has mocked, say. */
	@Test
	@SuppressWarnings("unchecked") // A proxy of this interface.
	void aQueueThatNeverWaitsIsNotAskedWithoutEnd() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		RedisQueue<String> mocked = (RedisQueue<String>) Proxy.newProxyInstance(RedisQueue.class.getClassLoader(),
				new Class<?>[] { RedisQueue.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "take" -> {
						asked.incrementAndGet();
						yield List.of();
					}
					case "awaitReady" -> asked.incrementAndGet() > 0 ? null : null;
					case "hashCode" -> 1;
					case "equals" -> proxy == arguments[0];
					default -> "mocked";
				});
		this.fixture.listen("one", List.of(mocked), ListenerOptions.defaults().withConcurrency(4), (deliveries) -> {
		});
		this.fixture.listen("two", List.of(mocked, mocked), ListenerOptions.defaults(), (deliveries) -> {
		});
		new CountDownLatch(1).await(3, TimeUnit.SECONDS);
		assertThat(asked).hasValueLessThan(300);
	}

	/** It came back from a dead process, and has no attempt left. */
	@Test
	void aMessageThatRunsAloneKeepsNoOtherFromOtherProcesses() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(8), (deliveries) -> {
			handled.add(deliveries.get(0).payload());
			if (deliveries.get(0).payload().equals("suspect")) {
				begun.countDown();
				StubbornWait.until(end);
			}
		});
		this.fixture.redis()
			.rpush(this.fixture.list(), QueueFixture.bytes("RQ/1\nid:suspect\nattempt:10\nrecovered:1\n\nsuspect"));
		assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
		queue.putAll(List.of("1", "2", "3", "4", "5", "6", "7"));
		RedisQueue<String> other = this.fixture.process().create(this.fixture.name(), String.class);
		List<String> elsewhere = new ArrayList<>();
		await().until(() -> {
			List<Delivery<String>> taken = other.take(7, Duration.ofMillis(100));
			taken.forEach((delivery) -> elsewhere.add(delivery.payload()));
			other.ackAll(taken);
			return elsewhere.size() == 7;
		});
		assertThat(handled).containsExactly("suspect");
		end.countDown();
		await().until(() -> queue.stats().acked() == 8);
	}

	/** Handlers that use up the memory of the process, until it is well again. */
	@Test
	void whatRunsOutOfMemoryRecovers() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		ChildJvm child = this.fixture.child(HeapProcess.class, List.of("-Xmx64m"), this.fixture.server().port(),
				this.fixture.name());
		child.await("ready", Duration.ofSeconds(60));
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(500));
		child.await("well", Duration.ofSeconds(60));
		await().until(() -> queue.stats().taken() == 0 && queue.stats().ready() == 0 && queue.stats().delayed() == 0);
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(500));
		await().until(() -> queue.stats().acked() + queue.stats().dead() == 1000);
		child.say("state");
		assertThat(child.await("state", Duration.ofSeconds(30))).endsWith("RUNNING []");
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
