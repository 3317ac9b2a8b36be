package dev.redisqueue.boot;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.listener.ListenerOptions;

/**
 * What {@code redis.queue.*} says, for queues and listeners that the application makes
 * itself. A bean of this type is there. <pre>{@code
 * &#64;Bean
 * RedisQueueListenerContainer<Order> shipping(RedisQueue<Order> orders, RedisQueueOptions options) {
 *     return new RedisQueueListenerContainer<>("shipping", List.of(orders), options.listener("orders"),
 *             DeliveryHandler.each((delivery) -> ship(delivery.payload())));
 * }
 * }</pre>
 */
public interface RedisQueueOptions {

	/**
	 * What holds for a queue: what {@code redis.queue.queues.<name>} sets, and the
	 * defaults for everything else or where no property names the queue.
	 * @param name the bean name of the queue, or one that no bean has
	 * @return the options, to be changed where this queue differs
	 */
	QueueOptions queue(String name);

	/**
	 * What holds for the listeners of a queue: concurrency, handler timeout, failure
	 * policy, grace period, start, events, virtual threads and task decorators. The batch
	 * is one.
	 * @param queue the bean name of the queue, or one that no bean has
	 * @return the options, to be changed where this listener differs
	 */
	ListenerOptions listener(String queue);

}
