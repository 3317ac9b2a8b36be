package dev.redisqueue.boot.autoconfigure;

import java.util.Map;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Mail;
import dev.redisqueue.boot.QueueRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Queues that environment variables declare or set. No Redis.
 */
class QueueVariablesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

	@Test
	void aVariableJoinsTheQueueWhoseDashesItCannotSpell() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_PRIORITYORDERS_NAME", "urgent"),
					"redis.queue.queues.priority-orders=")
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("priority-orders");
				assertThat(context.getBean("priority-orders", RedisQueue.class).name()).isEqualTo("urgent");
			});
	}

	@Test
	void aVariableJoinsTheQueueWhoseDashesItSpellsAsUnderscores() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_PRIORITY_ORDERS_NAME", "urgent"),
					"redis.queue.queues.priority-orders=")
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("priority-orders");
				assertThat(context.getBean("priority-orders", RedisQueue.class).name()).isEqualTo("urgent");
			});
	}

	@Test
	void aVariableJoinsTheQueueWhoseCapitalsItCannotSpell() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_ORDEREVENTS_NAME", "events"),
					"redis.queue.queues.orderEvents=")
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("orderEvents");
				assertThat(context.getBean("orderEvents", RedisQueue.class).name()).isEqualTo("events");
			});
	}

	@Test
	void aVariableDeclaresAQueueOfItsOwn() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_MAILS_PAYLOADTYPE", "dev.redisqueue.boot.Mail"))
			.run((context) -> assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("mails"));
	}

}
