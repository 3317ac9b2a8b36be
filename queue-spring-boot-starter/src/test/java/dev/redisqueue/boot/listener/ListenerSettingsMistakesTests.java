package dev.redisqueue.boot.listener;

import java.io.IOException;

import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.listener.ListenerMistakes.TakesOrders;
import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.context.annotation.Bean;

import static dev.redisqueue.boot.listener.ListenerMistakes.expect;

/**
 * Every mistake that can be made with the settings of a listener and its failure policy
 * fails the start with an analysis that names the property and the mend. No Redis.
 */
@ExtendWith(StartFailure.class)
class ListenerSettingsMistakesTests {

	@Test
	void theQueuesOfOneListenerDifferInTheirSettings() {
		expect(SeveralQueues.class,
				"listens to the queues urgent, normal, which differ in concurrency, handler-timeout or failure policy",
				"Set these alike", "redis.queue.queues.urgent.handler-timeout=5s");
	}

	@Test
	void theQueuesOfOneListenerDifferInTheirPolicies() {
		expect(SeveralQueues.class, "listens to the queues urgent, normal, which differ", "Set these alike",
				"redis.queue.queues.urgent.failure.bury=java.io.IOException");
	}

	@Test
	void theConcurrencyOfAQueueIsOutOfRange() {
		expect(TakesOrders.class, "The property 'redis.queue.queues.orders.concurrency' of the queue 'orders' is '0'",
				"Correct redis.queue.queues.orders.concurrency", "redis.queue.queues.orders.concurrency=0");
	}

	@Test
	void theHandlerTimeoutIsOutOfRange() {
		expect(TakesOrders.class, "The property 'redis.queue.defaults.handler-timeout' of the queue 'orders' is '0s'",
				"Correct redis.queue.defaults.handler-timeout", "redis.queue.defaults.handler-timeout=0s");
	}

	@Test
	void theShutdownTimeoutIsNegative() {
		expect(TakesOrders.class, "'redis.queue.shutdown-timeout'", "Correct redis.queue.shutdown-timeout",
				"redis.queue.shutdown-timeout=-1s");
	}

	@Test
	void aFailureNamesNoClass() {
		expect(TakesOrders.class,
				"The property 'redis.queue.queues.orders.failure.bury' names 'com.acme.Oops'. There is no such class",
				"Correct redis.queue.queues.orders.failure.bury",
				"redis.queue.queues.orders.failure.bury=java.io.IOException,com.acme.Oops");
	}

	@Test
	void aFailureNamesNoException() {
		expect(TakesOrders.class, "names 'java.lang.String'. That class is no exception",
				"Correct redis.queue.defaults.failure.retry", "redis.queue.defaults.failure.retry=java.lang.String");
	}

	@Test
	void oneExceptionHasTwoOutcomes() {
		expect(TakesOrders.class,
				"The properties 'redis.queue.queues.orders.failure.retry' and "
						+ "'redis.queue.queues.orders.failure.discard' both name java.io.IOException",
				"remove it from one of the two", "redis.queue.queues.orders.failure.retry=java.io.IOException",
				"redis.queue.queues.orders.failure.discard=java.io.IOException");
	}

	@Test
	void severalPoliciesAreForAllQueues() {
		expect(TwoPolicies.class, "There are several FailurePolicy beans", "Mark one as @Primary");
	}

	@Test
	void aQueueHasItsPolicyTwice() {
		expect(PolicyOfOrders.class,
				"The queue 'orders' has the failure policy of the bean 'ordersFailurePolicy', and the properties "
						+ "'redis.queue.queues.orders.failure.*'",
				"Remove redis.queue.queues.orders.failure.*",
				"redis.queue.queues.orders.failure.bury=java.io.IOException");
	}

	static class SeveralQueues {

		@RedisQueueListener({ "urgent", "normal" })
		void on(Order order) throws IOException {
		}

	}

	static class TwoPolicies extends TakesOrders {

		@Bean
		FailurePolicy one() {
			return FailurePolicy.defaults();
		}

		@Bean
		FailurePolicy two() {
			return FailurePolicy.defaults();
		}

	}

	static class PolicyOfOrders extends TakesOrders {

		@Bean
		FailurePolicy ordersFailurePolicy() {
			return (delivery, failure) -> FailureOutcome.bury();
		}

	}

}
