package dev.redisqueue.boot.listener;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.RedisQueueOptions;
import dev.redisqueue.listener.ListenerEvent;
import dev.redisqueue.listener.ListenerOptions;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners that handlers, properties and the context start and stop, and what the
 * application sees of them.
 */
class ListenerLifeCycleIntegrationTests {

	private final ApplicationContextRunner runner = QueueRunner.online().withBean(Received.class);

	@Test
	void noneStartsWhereThePropertySaysSoButThoseWhoseAnnotationSaysOtherwise() {
		run(Two.class, (context) -> {
			assertThat(container(context, "quiet").isRunning()).isFalse();
			assertThat(container(context, "eager").isRunning()).isTrue();
		}, "redis.queue.listeners.auto-startup=false");
	}

	@Test
	void aContextThatStartsAgainHasRunningWhatRanBefore() {
		run(Two.class, (context) -> {
			container(context, "quiet").start();
			container(context, "eager").stop();
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			source.stop();
			assertThat(registry(context).containers()).noneMatch(RedisQueueListenerContainer::isRunning);
			source.start();
			assertThat(container(context, "quiet").isRunning()).isTrue();
			assertThat(container(context, "eager").isRunning()).isFalse();
		}, "redis.queue.listeners.auto-startup=false");
	}

	@Test
	void aHandlerThatStopsAllListenersIsNotWaitedForAndItsMessageIsHandled() {
		run(StopsAll.class, (context) -> {
			RedisQueue<String> lines = QueueRunner.queue(context, "lines");
			lines.put("one");
			received(context).awaitExactly("stopped");
			QueueRunner.await().until(() -> lines.stats().acked() == 1);
			QueueRunner.await()
				.until(() -> registry(context).containers().stream().noneMatch(RedisQueueListenerContainer::isRunning));
		});
	}

	@Test
	void aHandlerThatClosesTheApplicationDoesNotWaitForItselfAndItsMessageGoesBackUnblamed() {
		AtomicReference<Duration> took = new AtomicReference<>();
		run(Closes.class, (context) -> {
			QueueRunner.<String>queue(context, "closingLines").put("one");
			Closes closes = context.getBean(Closes.class);
			assertThat(closes.closed.await(60, TimeUnit.SECONDS)).isTrue();
			took.set(closes.took.get());
		});
		assertThat(took.get()).isLessThan(ListenerOptions.DEFAULT_SHUTDOWN_TIMEOUT.dividedBy(2));
		run(Keeps.class, (context) -> {
			received(context).awaitSize(1);
			assertThat(received(context).values()).containsExactly("one 2 1");
		});
	}

	@Test
	void theApplicationIsToldOfAListenerThatIdles() {
		run(HearsEvents.class,
				(context) -> QueueRunner.await()
					.untilAsserted(() -> assertThat(received(context).values()).contains("idle lines")),
				"redis.queue.listeners.idle-event-interval=1s");
	}

	@Test
	void allTaskDecoratorsArePutAroundEachCall() {
		run(Decorated.class, (context) -> {
			QueueRunner.<String>queue(context, "lines").put("one");
			received(context).awaitExactly("decorated", "one");
		});
	}

	@Test
	void ownContainersAndQueuesGetWhatThePropertiesSay() {
		run(Two.class, (context) -> {
			RedisQueueOptions options = context.getBean(RedisQueueOptions.class);
			ListenerOptions listener = options.listener("mine");
			assertThat(listener.concurrency()).isEqualTo(7);
			assertThat(listener.handlerTimeout()).isEqualTo(Duration.ofSeconds(9));
			assertThat(listener.shutdownTimeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(options.listener("unknown").concurrency()).isEqualTo(2);
			QueueOptions queue = options.queue("mine");
			assertThat(queue.maxAttempts()).isEqualTo(3);
			assertThat(queue.lease()).isEqualTo(Duration.ofSeconds(40));
			assertThat(options.queue("unknown").maxAttempts()).isEqualTo(10);
		}, "redis.queue.queues.mine.concurrency=7", "redis.queue.queues.mine.handler-timeout=9s",
				"redis.queue.queues.mine.max-attempts=3", "redis.queue.defaults.lease=40s",
				"redis.queue.defaults.concurrency=2", "redis.queue.shutdown-timeout=5s");
	}

	private void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> test, String... properties) {
		this.runner.withUserConfiguration(configuration).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static RedisQueueListenerRegistry registry(BeanFactory context) {
		return context.getBean(RedisQueueListenerRegistry.class);
	}

	private static RedisQueueListenerContainer<?> container(BeanFactory context, String id) {
		return registry(context).container(id).orElseThrow();
	}

	private static Received received(BeanFactory context) {
		return context.getBean(Received.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Two {

		@RedisQueueListener(queues = "lines", id = "quiet")
		void quiet(String line) {
		}

		@RedisQueueListener(queues = "others", id = "eager", autoStartup = "true")
		void eager(String line) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StopsAll {

		private final Received received;

		private final BeanFactory beanFactory;

		StopsAll(Received received, BeanFactory beanFactory) {
			this.received = received;
			this.beanFactory = beanFactory;
		}

		@RedisQueueListener("lines")
		void on(String line) {
			registry(this.beanFactory).stop();
			this.received.add("stopped");
		}

		@RedisQueueListener("others")
		void other(String line) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Closes {

		private final CountDownLatch closed = new CountDownLatch(1);

		private final AtomicReference<Duration> took = new AtomicReference<>();

		private final ConfigurableApplicationContext context;

		Closes(ConfigurableApplicationContext context) {
			this.context = context;
		}

		@RedisQueueListener("closing-lines")
		void on(String line) {
			long start = System.nanoTime();
			this.context.close();
			this.took.set(Duration.ofNanos(System.nanoTime() - start));
			this.closed.countDown();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Keeps {

		private final Received received;

		Keeps(Received received) {
			this.received = received;
		}

		@RedisQueueListener("closing-lines")
		void on(Delivery<String> delivery) {
			this.received.add(delivery.payload() + " " + delivery.attempt() + " " + delivery.interruptions());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HearsEvents {

		private final Received received;

		HearsEvents(Received received) {
			this.received = received;
		}

		@RedisQueueListener(queues = "lines", id = "lines")
		void on(String line) {
		}

		@EventListener
		void on(ListenerEvent.Idle event) {
			this.received.add("idle " + event.listener());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Decorated {

		private final Received received;

		Decorated(Received received) {
			this.received = received;
		}

		@RedisQueueListener("lines")
		void on(String line) {
			this.received.add(line);
		}

		@Bean
		TaskDecorator first() {
			return (task) -> () -> {
				this.received.add("decorated");
				task.run();
			};
		}

		@Bean
		TaskDecorator second() {
			return (task) -> task;
		}

	}

}
