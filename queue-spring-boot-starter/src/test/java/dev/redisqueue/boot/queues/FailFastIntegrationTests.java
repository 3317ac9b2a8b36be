package dev.redisqueue.boot.queues;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.autoconfigure.RedisQueueAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.embedded.RedisServer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(StartFailure.class)
class FailFastIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.ofLibrary("Redis does not answer the heartbeat");

	private Socket reservation;

	private int port;

	private ApplicationContextRunner runner;

	@BeforeEach
	void reserveAPortWithoutRedis() throws IOException {
		// Bound, but nobody listens: no other process gets it.
		this.reservation = new Socket();
		this.reservation.bind(new InetSocketAddress("127.0.0.1", 0));
		this.port = this.reservation.getLocalPort();
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RedisQueueAutoConfiguration.class, DataRedisAutoConfiguration.class))
			.withInitializer(StartFailure::remember)
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + this.port,
					"spring.data.redis.connect-timeout=5s", "spring.data.redis.timeout=5s",
					"redis.queue.queues.lines=");
	}

	@AfterEach
	void endReservation() throws IOException {
		this.reservation.close();
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
		endReservation();
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
			endReservation();
			server.start();
			try {
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.ignoreExceptionsInstanceOf(QueueUnavailableException.class)
					.untilAsserted(() -> assertThat(lines.size()).isZero());
				lines.put("late");
				assertThat(lines.get(Duration.ofSeconds(30))).contains("late");
			}
			finally {
				server.stop();
			}
		});
	}

}
