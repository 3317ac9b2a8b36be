package dev.redisqueue.redis.link;

import java.time.Duration;

import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.QueueNames;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The threads and timers of the application's client serve the queues too, and outlive
 * them.
 */
class SharedResourcesIntegrationTests {

	@Test
	void theApplicationsConnectionsSurviveTheEndOfTheQueues() {
		RedisInstance redis = RedisInstance.shared();
		ClientResources resources = DefaultClientResources.create();
		LettuceConnectionFactory application = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(redis.host(), redis.port()),
				LettuceClientConfiguration.builder()
					.clientResources(resources)
					.clientName("application")
					.commandTimeout(Duration.ofSeconds(5))
					.build());
		application.afterPropertiesSet();
		application.start();
		try (RedisConnection connection = application.getConnection()) {
			connection.ping();
			try (RedisQueueFactory queues = new RedisQueueFactory(application)) {
				queues.create(QueueNames.fresh(), String.class).getNowait();
			}
			try (var admin = redis.connect()) {
				admin.sync().clientKill(io.lettuce.core.KillArgs.Builder.id(idOf(connection)));
			}
			await().atMost(Duration.ofSeconds(60))
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(connection.ping()).isEqualTo("PONG"));
			try (RedisQueueFactory queues = new RedisQueueFactory(application)) {
				assertThat(queues.create(QueueNames.fresh(), String.class).isEmpty()).isTrue();
			}
		}
		finally {
			application.destroy();
			resources.shutdown().awaitUninterruptibly();
		}
	}

	private static long idOf(RedisConnection connection) {
		return OpenConnection.of(connection).commands().clientId().toCompletableFuture().join();
	}

}
