package dev.redisqueue.boot.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

import dev.redisqueue.boot.StartFailure;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class EmbeddedRedisIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class, DataRedisAutoConfiguration.class));

	@Test
	void servesTheApplicationWhereNoRedisIsConfigured(CapturedOutput output) {
		this.runner.run((context) -> {
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			redis.opsForValue().set("key", "value");
			assertThat(redis.opsForValue().get("key")).isEqualTo("value");
			assertThat(output.getOut().lines().filter((line) -> line.contains("Embedded Redis"))).singleElement()
				.asString()
				.contains("127.0.0.1:" + context.getBean(EmbeddedRedis.class).port())
				.contains("spring.data.redis.url")
				.contains("redis.queue.embedded.enabled=false");
		});
	}

	@Test
	void listensOnTheLoopbackInterfaceAloneAndKeepsNothing() {
		this.runner.run((context) -> {
			try (RedisConnection redis = context.getBean(RedisConnectionFactory.class).getConnection()) {
				assertThat(redis.serverCommands().getConfig("bind")).containsEntry("bind", "127.0.0.1");
				assertThat(redis.serverCommands().getConfig("save")).containsEntry("save", "");
				assertThat(redis.serverCommands().getConfig("appendonly")).containsEntry("appendonly", "no");
			}
		});
	}

	@Test
	void takesTheDatabaseOfTheProperties() {
		this.runner.withPropertyValues("spring.data.redis.database=3").run((context) -> {
			context.getBean(StringRedisTemplate.class).opsForValue().set("key", "value");
			try (RedisConnection redis = context.getBean(RedisConnectionFactory.class).getConnection()) {
				assertThat(redis.serverCommands().info("keyspace")).containsKey("db3");
			}
		});
	}

	@Test
	void stopsWithTheContextAndLeavesNoThread() {
		long[] pid = new long[1];
		this.runner.run((context) -> pid[0] = context.getBean(EmbeddedRedis.class).pid());
		assertEnded(pid[0]);
		assertThat(Thread.getAllStackTraces().keySet())
			.noneMatch((thread) -> thread.getName().startsWith("embedded-redis"));
	}

	@Test
	@ExtendWith(StartFailure.class)
	void stopsWhereTheStartFailsAfterIt() {
		long[] pid = new long[1];
		this.runner.withBean("broken", Object.class, () -> {
			throw new IllegalStateException("broken");
		}).withInitializer((context) -> context.addBeanFactoryPostProcessor((beanFactory) -> {
			// The server first, then what breaks.
			beanFactory.getBeanDefinition("broken").setDependsOn("embeddedRedis");
			beanFactory.addBeanPostProcessor(new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (bean instanceof EmbeddedRedis redis) {
						pid[0] = redis.pid();
					}
					return bean;
				}

			});
		})).run((context) -> assertThat(StartFailure.of(context)).hasRootCauseMessage("broken"));
		assertThat(pid[0]).isPositive();
		assertEnded(pid[0]);
	}

	@Test
	void takesAnotherPortWhereTheFirstIsTaken() throws IOException {
		try (ServerSocket taken = onAnyPort(); GenericApplicationContext context = new GenericApplicationContext()) {
			IntSupplier ports = Stream.concat(Stream.of(taken.getLocalPort()), Stream.generate(this::freePort))
				.iterator()::next;
			try (EmbeddedRedis redis = EmbeddedRedis.start(context, ports)) {
				assertThat(redis.port()).isPositive().isNotEqualTo(taken.getLocalPort());
			}
		}
	}

	@Test
	void givesUpWithTheReasonWhereNoPortIsToBeHad() throws IOException {
		try (ServerSocket taken = onAnyPort(); GenericApplicationContext context = new GenericApplicationContext()) {
			assertThatExceptionOfType(EmbeddedRedisException.class)
				.isThrownBy(() -> EmbeddedRedis.start(context, taken::getLocalPort))
				.withMessageContaining("Address in use");
		}
	}

	@Test
	void twoContextsHaveAServerEach() {
		this.runner.run((first) -> this.runner.run((second) -> assertThat(second.getBean(EmbeddedRedis.class).port())
			.isNotEqualTo(first.getBean(EmbeddedRedis.class).port())));
	}

	/**
	 * Not our child, it may have to wait a moment until it is reaped.
	 */
	private static void assertEnded(long pid) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
	}

	private int freePort() {
		try (ServerSocket socket = onAnyPort()) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ServerSocket onAnyPort() throws IOException {
		return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
	}

}
