package dev.redisqueue.sample;

import com.redis.testcontainers.RedisContainer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;

/**
 * Runs the link checker on a Redis in a container instead of the embedded one.
 */
public final class TestLinkCheckerApplication {

	private TestLinkCheckerApplication() {
	}

	public static void main(String[] args) {
		SpringApplication.from(LinkCheckerApplication::main).with(Containers.class).run(args);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Containers {

		@Bean
		@ServiceConnection
		RedisContainer redis() {
			return new RedisContainer("redis:7.0.15");
		}

	}

}
