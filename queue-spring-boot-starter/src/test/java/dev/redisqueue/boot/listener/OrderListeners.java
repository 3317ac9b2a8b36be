package dev.redisqueue.boot.listener;

import dev.redisqueue.PutOptions;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.listener.OrderListeners.TakesPayload;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs applications with one listener to the queue of orders.
 */
final class OrderListeners {

	static final Order ORDER = new Order(42, "Ada");

	private OrderListeners() {
	}

	static ApplicationContextRunner runner() {
		return QueueRunner.online().withBean(Received.class);
	}

	static void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> test, String... properties) {
		QueueRunner.run(runner(), configuration, test, properties);
	}

	static void put(BeanFactory context, Order order) {
		QueueRunner.<Order>queue(context, "orders").put(order, PutOptions.create().header("tenant-of", "acme"));
	}

	static void awaitAcknowledged(BeanFactory context, int number) {
		QueueRunner.await()
			.untilAsserted(() -> assertThat(QueueRunner.queue(context, "orders").stats()).satisfies((stats) -> {
				assertThat(stats.acked()).isEqualTo(number);
				assertThat(stats.taken()).isZero();
			}));
	}

	@Configuration(proxyBeanMethods = false)
	record TakesPayload(Received received) {

		@RedisQueueListener("orders")
		void on(Order order) {
			this.received.add(order);
		}

	}

}
