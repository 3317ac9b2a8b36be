package dev.redisqueue.boot.properties;

import java.util.Map;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.autoconfigure.RedisQueueAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue that is named is there, whatever the values below its name are.
 */
class DeclaredQueuesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RedisQueueAutoConfiguration.class, DataRedisAutoConfiguration.class))
		.withPropertyValues("redis.queue.fail-fast=false");

	@ParameterizedTest
	@ValueSource(strings = { "redis.queue.queues.orders.payload-type=",
			"redis.queue.queues.orders.payload-type=${ORDERS_TYPE:}", "redis.queue.queues.orders.lease=",
			"redis.queue.queues.orders.database=" })
	void anEmptyValueAloneDeclaresAQueue(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("orders"));
	}

	@Test
	void anEmptyVariableAloneDeclaresAQueue() {
		QueueRunner.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_ORDERS_PAYLOADTYPE", ""))
			.run((context) -> assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("orders"));
	}

	@Test
	void aVariableJoinsAQueueWhoseOnlyOtherValueIsEmpty() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_PRIORITYORDERS_NAME", "urgent"),
					"redis.queue.queues.priority-orders.payload-type=")
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("priority-orders");
				assertThat(context.getBean("priority-orders", RedisQueue.class).name()).isEqualTo("urgent");
			});
	}

}
