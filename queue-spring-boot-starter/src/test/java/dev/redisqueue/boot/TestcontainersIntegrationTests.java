package dev.redisqueue.boot;

import com.redis.testcontainers.RedisContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

@Testcontainers(disabledWithoutDocker = true)
class TestcontainersIntegrationTests extends QueueContract {

	// By its log, since an image may have no shell to look for the port with.
	@Container
	@ServiceConnection
	private static final RedisContainer redis = new RedisContainer("redis:7.0.15")
		.waitingFor(Wait.forLogMessage(".*Ready to accept connections.*\\n", 1));

}
