package dev.redisqueue.boot.queues;

import dev.redisqueue.boot.autoconfigure.RedisQueueAutoConfiguration;
import dev.redisqueue.redis.RedisQueueFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On which connection a configured queue is.
 */
class QueueFactoriesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RedisQueueAutoConfiguration.class))
		.withUserConfiguration(Connections.class)
		.withPropertyValues("redis.queue.fail-fast=false");

	@ParameterizedTest
	@ValueSource(strings = { "redis.queue.queues.orders=", "redis.queue.queues.orders.connection-factory=main",
			"redis.queue.defaults.connection-factory=main" })
	void aFactoryOfTheApplicationsOwnTakesNoConfiguredQueue(String property) {
		this.runner.withUserConfiguration(OwnFactory.class)
			.withPropertyValues("redis.queue.queues.orders=", property)
			.run((context) -> {
				assertThat(context).hasSingleBean(RedisQueueFactory.class);
				assertThat(context.getBean(ConfiguredQueues.class)).extracting("used")
					.asInstanceOf(InstanceOfAssertFactories.MAP)
					.doesNotContainKey(context.getBean(RedisQueueFactory.class))
					.containsOnlyKeys(
							context.getBean(QueueFactories.class).get("main", QueueFactories.DEFAULT_PROPERTY));
			});
	}

	@Test
	void theFactoryForRunTimeSharesTheConnectionOfTheQueues() {
		this.runner.withPropertyValues("redis.queue.queues.orders=", "redis.queue.queues.bills.connection-factory=main")
			.run((context) -> assertThat(ReflectionTestUtils.getField(context.getBean(ConfiguredQueues.class), "used"))
				.asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsOnlyKeys(context.getBean(RedisQueueFactory.class)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Connections {

		@Bean
		@Primary
		LettuceConnectionFactory main() {
			return new LettuceConnectionFactory();
		}

		@Bean
		LettuceConnectionFactory audit() {
			return new LettuceConnectionFactory("127.0.0.1", 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFactory {

		@Bean
		RedisQueueFactory auditQueues(LettuceConnectionFactory audit) {
			return new RedisQueueFactory(audit);
		}

	}

}
