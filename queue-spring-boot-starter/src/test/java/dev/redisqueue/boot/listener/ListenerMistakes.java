package dev.redisqueue.boot.listener;

import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.listener.ListenerMistakes.HiddenListener;
import dev.redisqueue.boot.listener.ListenerMistakes.TakesOrders;

import static dev.redisqueue.boot.listener.ListenerMistakes.expect;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts applications whose listeners have a mistake.
 */
final class ListenerMistakes {

	private ListenerMistakes() {
	}

	static void expect(Class<?> configuration, String description, String action, String... properties) {
		QueueRunner.offline()
			.withUserConfiguration(configuration)
			.withPropertyValues(properties)
			.run((context) -> assertThat(StartFailure.analysis(context)).contains(description)
				.satisfies(
						(analysis) -> assertThat(analysis.substring(analysis.indexOf("\nAction: "))).contains(action)));
	}

	static class TakesOrders {

		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class HiddenListener implements Runnable {

		@Override
		public void run() {
		}

		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

}
