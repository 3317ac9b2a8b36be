package dev.redisqueue.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedisInstanceIntegrationTests {

	@Test
	void sharedServerIsOneServer() {
		assertThat(RedisInstance.shared()).isSameAs(RedisInstance.shared());
		try (StatefulRedisConnection<byte[], byte[]> connection = RedisInstance.shared().connect()) {
			assertThat(connection.sync().ping()).isEqualTo("PONG");
		}
	}

	@Test
	void ownServerTakesArgumentsAndForgetsWhenItIsKilled() {
		try (RedisInstance redis = RedisInstance.start("--maxmemory", "100mb")) {
			byte[] key = "key".getBytes(StandardCharsets.UTF_8);
			int port = redis.port();
			try (StatefulRedisConnection<byte[], byte[]> connection = redis.connect()) {
				assertThat(connection.sync().configGet("maxmemory")).containsEntry("maxmemory", "104857600");
				connection.sync().set(key, key);
			}
			long pid = redis.pid();
			redis.kill();
			assertThatThrownBy(redis::connect).isInstanceOf(RuntimeException.class);
			redis.restart();
			assertThat(redis.pid()).isNotEqualTo(pid);
			assertThat(redis.port()).isEqualTo(port);
			try (StatefulRedisConnection<byte[], byte[]> connection = redis.connect()) {
				assertThat(connection.sync().get(key)).isNull();
			}
		}
	}

	@Test
	void persistentServerRemembersOverARestart() {
		try (RedisInstance redis = RedisInstance.start("--appendonly", "yes", "--appendfsync", "always")) {
			byte[] key = "key".getBytes(StandardCharsets.UTF_8);
			try (StatefulRedisConnection<byte[], byte[]> connection = redis.connect()) {
				connection.sync().set(key, key);
			}
			redis.restart();
			try (StatefulRedisConnection<byte[], byte[]> connection = redis.connect()) {
				assertThat(connection.sync().get(key)).isEqualTo(key);
			}
		}
	}

	@Test
	void pausedServerAnswersWhenItIsResumed() {
		try (RedisInstance redis = RedisInstance.start();
				StatefulRedisConnection<byte[], byte[]> connection = redis.connect()) {
			redis.pause();
			var pong = connection.async().ping();
			assertThat(pong.toCompletableFuture()).isNotDone();
			redis.resume();
			assertThat(pong.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("PONG");
		}
	}

}
