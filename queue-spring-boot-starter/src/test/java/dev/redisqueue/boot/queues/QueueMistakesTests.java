package dev.redisqueue.boot.queues;

import java.util.List;

import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.TwoConnectionFactories;
import dev.redisqueue.boot.autoconfigure.RedisQueueAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue that cannot be made or have its name fails the start with an analysis that
 * names the property, its value and the mend.
 */
@ExtendWith(StartFailure.class)
class QueueMistakesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

	@Test
	void aBeanNameThatIsTakenIsNamedWithItsOwner() {
		this.runner.withUserConfiguration(OrdersOfAnotherKind.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("'redis.queue.queues.orders'")
				.contains("java.lang.StringBuilder")
				.contains(OrdersOfAnotherKind.class.getSimpleName())
				.contains("redis.queue.queues.<other>.name=orders"));
	}

	@ParameterizedTest
	@MethodSource("ours")
	void ourOwnBeanNamesAreTaken(String name) {
		this.runner.withPropertyValues("redis.queue.queues." + name + "=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("redis.queue.queues." + name)
				.contains("is taken by"));
	}

	static List<String> ours() {
		return List.of("redisQueueFactory", "redisQueues", "redisTemplate", "environment");
	}

	@Test
	void severalJsonMappersWithoutAPrimaryOneAreNamed() {
		this.runner.withBean("one", JsonMapper.class, JsonMapper::new)
			.withBean("two", JsonMapper.class, JsonMapper::new)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("[one, two]")
				.contains("Mark one JsonMapper bean as @Primary"));
	}

	@Test
	void aJedisConnectionFactoryIsNamedWithTheProperty() {
		this.runner.withPropertyValues("spring.data.redis.client-type=jedis", "redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("JedisConnectionFactory")
				.contains("spring.data.redis.client-type=lettuce"));
	}

	@Test
	void anUnknownConnectionFactoryIsNamedWithTheKnownOnes() {
		this.runner
			.withPropertyValues("redis.queue.queues.orders=", "redis.queue.queues.orders.connection-factory=billing")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("'redis.queue.queues.orders.connection-factory'")
				.contains("'billing'")
				.contains("redisConnectionFactory"));
	}

	@Test
	void aConnectionFactoryThatIsNoneIsNamed() {
		this.runner.withUserConfiguration(OrdersOfAnotherKind.class)
			.withPropertyValues("redis.queue.queues.mails=", "redis.queue.defaults.connection-factory=orders")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("'redis.queue.defaults.connection-factory'")
				.contains("'orders'"));
	}

	@Test
	void severalConnectionFactoriesWithoutAPrimaryOneAreNamed() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("billing")
				.contains("shipping")
				.contains("redis.queue.defaults.connection-factory"));
	}

	@Test
	void aMissingConnectionFactoryIsExplained() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RedisQueueAutoConfiguration.class))
			.withInitializer(StartFailure::remember)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("no RedisConnectionFactory bean")
				.contains("spring.data.redis.url"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OrdersOfAnotherKind {

		@Bean
		StringBuilder orders() {
			return new StringBuilder();
		}

	}

}
