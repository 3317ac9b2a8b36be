package dev.redisqueue.boot;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.autoconfigure.RedisQueueAutoConfiguration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import redis.embedded.RedisServer;
import redis.embedded.ports.EphemeralPortProvider;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.function.ThrowingConsumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts with queues, each in a namespace of its own on the one Redis of this JVM.
 */
public final class QueueRunner {

	private static final AtomicReference<RedisServer> server = new AtomicReference<>();

	private QueueRunner() {
	}

	/** Without Redis: nothing connects before the first use. */
	public static ApplicationContextRunner offline() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RedisQueueAutoConfiguration.class,
					DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class, LifecycleAutoConfiguration.class))
			.withInitializer(StartFailure::remember)
			.withPropertyValues("redis.queue.fail-fast=false");
	}

	public static ApplicationContextRunner online() {
		return offline().withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + port(),
				"redis.queue.namespace=" + UUID.randomUUID());
	}

	/** With these environment variables and no others. */
	public static ApplicationContextRunner withVariables(ApplicationContextRunner runner, Map<String, Object> variables,
			String... properties) {
		return runner.withPropertyValues(properties)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables)));
	}

	/** Fails where the context does not start. */
	public static void run(ApplicationContextRunner runner, Class<?> configuration,
			ContextConsumer<AssertableApplicationContext> test, String... properties) {
		runner.withUserConfiguration(configuration).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	/** What the listeners of a context got. */
	public static Received received(BeanFactory context) {
		return context.getBean(Received.class);
	}

	public static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
	}

	@SuppressWarnings("unchecked")
	public static <T> RedisQueue<T> queue(BeanFactory context, String name) {
		return context.getBean(name, RedisQueue.class);
	}

	private static RedisServer start() {
		RedisServer server = RedisServer.builder()
			.port(new EphemeralPortProvider().next())
			.setting("bind 127.0.0.1")
			.setting("save \"\"")
			.build();
		ThrowingConsumer.of(RedisServer::start).accept(server);
		return server;
	}

	private static synchronized int port() {
		RedisServer running = server.get();
		if (running == null) {
			running = start();
			server.set(running);
		}
		return running.ports().get(0);
	}

}
