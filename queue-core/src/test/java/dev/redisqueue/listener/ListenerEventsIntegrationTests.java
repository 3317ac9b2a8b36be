package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener tells the application, and what the application puts around its
 * handler.
 */
@Timeout(120)
class ListenerEventsIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private final List<ListenerEvent> events = Collections.synchronizedList(new ArrayList<>());

	@Test
	void tellsThatItFailsAndRecovers() {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> listener = this.fixture.listen(queue, ListenerOptions.defaults(),
				(deliveries) -> {
				});
		listener.setApplicationEventPublisher((event) -> this.events.add((ListenerEvent) event));
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		assertThat(listener.troubles()).isEmpty();
		assertThat(this.events).isEmpty();
		this.fixture.redis().set(this.fixture.list(), QueueFixture.bytes("no list"));
		await().until(() -> this.events.size() == 1);
		assertThat(this.events.get(0)).isInstanceOfSatisfying(ListenerEvent.Failing.class, (event) -> {
			assertThat(event.listener()).isEqualTo(listener.id());
			assertThat(event.troubles()).singleElement().asString().contains(queue.name()).contains("WRONGTYPE");
		});
		this.fixture.redis().del(this.fixture.list());
		await().until(() -> this.events.size() == 2);
		assertThat(this.events.get(1)).isInstanceOf(ListenerEvent.Recovered.class);
		assertThat(listener.troubles()).isEmpty();
	}

	@Test
	void tellsThatItIdles() {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueueListenerContainer<String> listener = this.fixture.listen(queue,
				ListenerOptions.defaults().withIdleEventInterval(Duration.ofSeconds(1)), (deliveries) -> {
				});
		listener.setApplicationEventPublisher((event) -> this.events.add((ListenerEvent) event));
		await().until(() -> this.events.size() == 2);
		assertThat(this.events).allSatisfy((event) -> assertThat(event).isInstanceOf(ListenerEvent.Idle.class));
		assertThat(((ListenerEvent.Idle) this.events.get(1)).since()).isGreaterThan(Duration.ofSeconds(2));
	}

	@Test
	void anEventListenerThatHangsOrThrowsHoldsUpNothing() {
		RedisQueue<String> queue = this.fixture.queue();
		CountDownLatch end = new CountDownLatch(1);
		RedisQueueListenerContainer<String> listener = this.fixture.listen(queue,
				ListenerOptions.defaults()
					.withIdleEventInterval(Duration.ofSeconds(1))
					.withHandlerTimeout(Duration.ofMillis(100))
					.withFailurePolicy((delivery, failure) -> FailureOutcome.discard()),
				(deliveries) -> new CountDownLatch(1).await());
		listener.setApplicationEventPublisher((event) -> {
			this.events.add((ListenerEvent) event);
			StubbornWait.until(end);
			throw new AssertionError("an event listener that throws");
		});
		await().until(() -> this.events.size() == 1);
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		end.countDown();
		await().until(() -> this.events.size() > 1);
	}

	@Test
	void aTaskDecoratorIsPutAroundEachCall() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> seen = Collections.synchronizedList(new ArrayList<>());
		ThreadLocal<String> context = new ThreadLocal<>();
		this.fixture.listen(queue, ListenerOptions.defaults().withTaskDecorator((task) -> () -> {
			context.set("set up");
			try {
				task.run();
			}
			finally {
				context.remove();
				seen.add("cleaned up");
			}
		}).withFailurePolicy((delivery, failure) -> {
			seen.add(failure.getMessage());
			return FailureOutcome.discard();
		}), (deliveries) -> {
			seen.add(context.get());
			throw new IllegalStateException("failed");
		});
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		assertThat(seen).containsExactly("set up", "cleaned up", "failed");
	}

	@Test
	void aTaskDecoratorThatDoesNotCallTheHandlerFailsTheMessage() {
		RedisQueue<String> queue = this.fixture.queue();
		List<String> seen = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queue, ListenerOptions.defaults().withTaskDecorator((task) -> () -> {
		}).withFailurePolicy((delivery, failure) -> {
			seen.add(failure.getMessage());
			return FailureOutcome.discard();
		}), (deliveries) -> seen.add("handled"));
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		assertThat(seen).singleElement().asString().contains("task decorator").contains("not run the handler");
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
