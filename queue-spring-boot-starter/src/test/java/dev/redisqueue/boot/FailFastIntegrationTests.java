package dev.redisqueue.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FailFastIntegrationTests {

	private int port;

	private ApplicationContextRunner runner;

	@BeforeEach
	void chooseAPortWithoutRedis() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			this.port = socket.getLocalPort();
		}
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RedisQueueAutoConfiguration.class, DataRedisAutoConfiguration.class))
			.withInitializer(StartFailure::remember)
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + this.port,
					"spring.data.redis.connect-timeout=500ms", "spring.data.redis.timeout=500ms",
					"redis.queue.queues.lines=");
	}

	@Test
	void theStartFailsWithoutRedis() {
		this.runner.run((context) -> assertThat(StartFailure.analysis(context)).contains("queue 'lines'")
			.contains("127.0.0.1")
			.contains(String.valueOf(this.port))
			.contains("'redis.queue.fail-fast' is 'true'")
			.contains("redis.queue.fail-fast=false")
			.contains("spring.data.redis.url"));
	}

	@Test
	void theStartFailsWithAWrongPassword() throws IOException {
		RedisServer server = RedisServer.builder()
			.port(this.port)
			.setting("bind 127.0.0.1")
			.setting("save \"\"")
			.setting("requirepass right")
			.build();
		server.start();
		try {
			this.runner.withPropertyValues("spring.data.redis.password=wrong-one")
				.run((context) -> assertThat(StartFailure.analysis(context)).contains("WRONGPASS")
					.contains(".password")
					.doesNotContain("wrong-one"));
		}
		finally {
			server.stop();
		}
	}

	@Test
	void theStartSucceedsWithoutRedisAndTheQueueWorksOnceItIsThere() {
		this.runner.withPropertyValues("redis.queue.fail-fast=false").run((context) -> {
			assertThat(context).hasNotFailed();
			@SuppressWarnings("unchecked")
			RedisQueue<String> lines = context.getBean("lines", RedisQueue.class);
			assertThatExceptionOfType(QueueUnavailableException.class).isThrownBy(lines::size);
			RedisServer server = RedisServer.builder()
				.port(this.port)
				.setting("bind 127.0.0.1")
				.setting("save \"\"")
				.build();
			server.start();
			try {
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.ignoreExceptionsInstanceOf(QueueUnavailableException.class)
					.untilAsserted(() -> assertThat(lines.size()).isZero());
				lines.put("late");
				assertThat(lines.get(Duration.ofSeconds(5))).contains("late");
			}
			finally {
				server.stop();
			}
		});
	}

}
