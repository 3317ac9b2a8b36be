package dev.redisqueue.boot.listener;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.PutOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.listener.DeliveryHandler;
import dev.redisqueue.listener.ListenerOptions;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

import static dev.redisqueue.boot.QueueRunner.received;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners from the start of the application to its stop.
 */
class ListenerRegistryIntegrationTests {

	private final ApplicationContextRunner runner = QueueRunner.online().withBean(Received.class);

	@Test
	void knowsItsListenersByIdAndByQueue() {
		run(Several.class, (context) -> {
			RedisQueueListenerRegistry registry = registry(context);
			assertThat(registry.containers()).extracting(RedisQueueListenerContainer::id)
				.containsExactlyInAnyOrder("several.on", "several.on-2", "named");
			assertThat(registry.container("named")).isPresent();
			assertThat(registry.container("unknown")).isEmpty();
			assertThat(registry.ofQueue("lines")).extracting(RedisQueueListenerContainer::id)
				.containsExactlyInAnyOrder("several.on-2", "named");
			assertThat(registry.ofQueue("otherLines")).isEqualTo(registry.ofQueue("other-lines")).hasSize(2);
			assertThat(registry.ofQueue("unknown")).isEmpty();
		});
	}

	@Test
	void startsAndStopsAListenerById() {
		run(NotStarted.class, (context) -> {
			RedisQueueListenerContainer<?> container = registry(context).container("late").orElseThrow();
			assertThat(container.isRunning()).isFalse();
			lines(context).put("one");
			container.start();
			received(context).awaitExactly("one");
			container.stop();
			lines(context).put("two");
			assertThat(lines(context).size()).isEqualTo(1);
			container.start();
			received(context).awaitExactly("one", "two");
		}, "listener.start=false");
	}

	@Test
	void whetherItStartsIsAPlaceholder() {
		run(NotStarted.class,
				(context) -> assertThat(registry(context).container("late")).get()
					.extracting(RedisQueueListenerContainer::isRunning)
					.isEqualTo(true),
				"listener.start=true");
	}

	@Test
	void pausesAndResumesTheListenersOfAQueue() {
		run(Takes.class, (context) -> {
			lines(context).put("one");
			received(context).awaitExactly("one");
			registry(context).ofQueue("lines").forEach(RedisQueueListenerContainer::pause);
			lines(context).put("two");
			assertThat(registry(context).ofQueue("lines")).allMatch(RedisQueueListenerContainer::isPaused);
			QueueRunner.await().until(() -> lines(context).stats().taken() == 0);
			assertThat(received(context).values()).containsExactly("one");
			registry(context).ofQueue("lines").forEach(RedisQueueListenerContainer::resume);
			received(context).awaitExactly("one", "two");
		});
	}

	@Test
	void stopsAndStartsWithTheContext() {
		run(Takes.class, (context) -> {
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			source.stop();
			assertThat(registry(context).isRunning()).isFalse();
			assertThat(registry(context).containers()).noneMatch(RedisQueueListenerContainer::isRunning);
			lines(context).put("one");
			source.start();
			received(context).awaitExactly("one");
		});
	}

	@Test
	void stopsAllListenersAtTheSameTime() {
		run(WaitForEachOther.class, (context) -> {
			lines(context).put("one");
			QueueRunner.<String>queue(context, "others").put("two");
			assertThat(context.getBean(WaitForEachOther.class).begun.await(60, TimeUnit.SECONDS)).isTrue();
			registry(context).stop();
			received(context).awaitSize(2);
			assertThat(received(context).values()).containsOnly("met");
		}, "redis.queue.shutdown-timeout=200ms");
	}

	@Test
	void aHandlerThatIsInterruptedByTheStopFailsNoMessage() {
		run(Blocks.class, (context) -> {
			lines(context).put("one");
			QueueRunner.await().until(() -> context.getBean(Blocks.class).begun.getCount() == 0);
			registry(context).stop();
			QueueRunner.await().until(() -> lines(context).size() == 1);
			assertThat(lines(context).take(Duration.ZERO)).get().satisfies((delivery) -> {
				assertThat(delivery.interruptions()).isEqualTo(1);
				delivery.ack();
			});
		}, "redis.queue.shutdown-timeout=100ms");
	}

	@Test
	@ExtendWith(StartFailure.class)
	void aFailedStartStopsWhatHasStarted() {
		this.runner.withUserConfiguration(Takes.class, FailsInTheEnd.class).run((context) -> {
			assertThat(StartFailure.of(context)).hasRootCauseMessage("Doomed");
			QueueRunner.await()
				.until(() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().contains("listener-doomed")));
		});
	}

	@Test
	void runsAsManyHandlersAsTheQueueSays() {
		run(Meet.class, (context) -> {
			lines(context).putAll(List.of("a", "b", "c"));
			received(context).awaitExactly("met", "met", "met");
		}, "redis.queue.queues.lines.concurrency=3");
	}

	@Test
	void runsAsManyHandlersAsTheAnnotationSays() {
		run(Meet.class, (context) -> {
			lines(context).putAll(List.of("a", "b", "c"));
			received(context).awaitExactly("met", "met", "met");
		}, "redis.queue.queues.lines.concurrency=1", "listener.concurrency=3");
	}

	@Test
	void threadsBearTheIdAndLogsTheMessage() {
		run(Tells.class, (context) -> {
			lines(context).put("one", PutOptions.create().id("message-1"));
			received(context).awaitSize(2);
			assertThat((String) received(context).values().get(0)).startsWith("redis-queue-listener-tells.on-");
			assertThat(received(context).values().get(1))
				.isEqualTo(Map.of("queue", "lines", "messageId", "message-1", "attempt", "1"));
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void threadsAreVirtualWhereTheApplicationSaysSo() {
		run(TellsKind.class, (context) -> {
			lines(context).put("one");
			received(context).awaitExactly("VirtualThread");
		}, "spring.threads.virtual.enabled=true");
	}

	@Test
	void aContainerThatIsABeanStartsAndStopsWithTheContext() {
		AtomicInteger running = new AtomicInteger();
		run(OwnContainer.class, (context) -> {
			QueueRunner.<String>queue(context, "lines").put("one");
			received(context).awaitExactly("one");
			assertThat(registry(context).containers()).isEmpty();
			RedisQueueListenerContainer<?> container = context.getBean(RedisQueueListenerContainer.class);
			context.close();
			running.set(container.isRunning() ? 1 : 0);
		}, "redis.queue.queues.lines=");
		assertThat(running).hasValue(0);
	}

	private void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> test, String... properties) {
		this.runner.withBean(name(configuration), configuration).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static String name(Class<?> configuration) {
		return StringUtils.uncapitalize(configuration.getSimpleName());
	}

	private static RedisQueueListenerRegistry registry(BeanFactory context) {
		return context.getBean(RedisQueueListenerRegistry.class);
	}

	private static RedisQueue<String> lines(BeanFactory context) {
		return QueueRunner.queue(context, "lines");
	}

	record Takes(Received received) {

		@RedisQueueListener("lines")
		void on(String line) {
			this.received.add(line);
		}

	}

	static class Several {

		@RedisQueueListener({ "lines", "other-lines" })
		void on(String line) {
		}

		@RedisQueueListener("numbers")
		void on(Integer number) {
		}

		@RedisQueueListener(queues = { "lines", "otherLines" }, id = "${listener.id:named}")
		void alike(String line) {
		}

	}

	record NotStarted(Received received) {

		@RedisQueueListener(queues = "${listener.queue:lines}", id = "late", autoStartup = "${listener.start}")
		void on(String line) {
			this.received.add(line);
		}

	}

	static class WaitForEachOther {

		private final Received received;

		private final CountDownLatch begun = new CountDownLatch(2);

		private final CountDownLatch stopped = new CountDownLatch(2);

		WaitForEachOther(Received received) {
			this.received = received;
		}

		@RedisQueueListener("lines")
		void one(String line) {
			await();
		}

		@RedisQueueListener("others")
		void two(String line) {
			await();
		}

		/**
		 * Each is stopped by an interrupt only, and ends when the other was stopped too.
		 */
		private void await() {
			this.begun.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.stopped.countDown();
				QueueRunner.await().until(() -> this.stopped.getCount() == 0);
				this.received.add("met");
			}
		}

	}

	static class Blocks {

		private final CountDownLatch begun = new CountDownLatch(1);

		@RedisQueueListener("lines")
		void on(String line) throws InterruptedException {
			this.begun.countDown();
			new CountDownLatch(1).await();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailsInTheEnd {

		@RedisQueueListener(value = "doomed", id = "doomed")
		void on(String line) {
		}

		@Bean
		SmartLifecycle fails() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("Doomed");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

	static class Meet {

		private final Received received;

		private final CyclicBarrier barrier = new CyclicBarrier(3);

		Meet(Received received) {
			this.received = received;
		}

		@RedisQueueListener(value = "lines", concurrency = "${listener.concurrency:}")
		void on(String line) throws Exception {
			this.barrier.await(60, TimeUnit.SECONDS);
			this.received.add("met");
		}

	}

	record Tells(Received received) {

		@RedisQueueListener("lines")
		void on(String line) {
			this.received.add(Thread.currentThread().getName());
			this.received.add(MDC.getCopyOfContextMap());
		}

	}

	record TellsKind(Received received) {

		@RedisQueueListener("lines")
		void on(String line) {
			this.received.add(Thread.currentThread().getClass().getSimpleName());
		}

	}

	static class OwnContainer {

		@Bean
		RedisQueueListenerContainer<String> container(RedisQueue<String> lines, Received received) {
			return new RedisQueueListenerContainer<>("own", List.of(lines), ListenerOptions.defaults(),
					DeliveryHandler.each((delivery) -> received.add(delivery.payload())));
		}

	}

}
