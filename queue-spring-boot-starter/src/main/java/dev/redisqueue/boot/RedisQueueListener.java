package dev.redisqueue.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Hands the messages of a queue to this method of a bean, at least once each. <pre>
 * &#64;Component
 * class Shipping {
 *
 *     &#64;RedisQueueListener("orders")
 *     void ship(Order order) {
 *         // returning acknowledges, throwing fails
 *     }
 *
 * }
 * </pre>
 * <p>
 * The method takes, in any order, the payload, the {@link dev.redisqueue.Delivery} of it,
 * or, with a {@link #batch()}, a {@link java.util.List} of either; without a batch also
 * {@link org.springframework.messaging.handler.annotation.Header @Header} parameters,
 * where {@code id} and {@code attempt} are those of the delivery. A payload that is
 * {@code @Valid} is validated where there is a Jakarta validator. What the method returns
 * is ignored; a future or a publisher is a mistake, since returning acknowledges.
 * <p>
 * Returning acknowledges the deliveries that the method has not settled itself; throwing
 * fails them, and the {@link dev.redisqueue.listener.FailurePolicy} of the queue decides.
 * A queue that no property declares is declared by this annotation; its payload type is
 * that of the parameter.
 * <p>
 * All texts may have placeholders ({@code ${…}}). A mistake fails the start.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface RedisQueueListener {

	/**
	 * The bean names of the queues, which are those of the properties.
	 * @return as {@link #queues()}
	 */
	@AliasFor("queues")
	String[] value() default {};

	/**
	 * The bean names of the queues, which are those of the properties. Of several, a
	 * later one is asked only where the earlier ones are empty; all carry the same class,
	 * and have the same settings for listeners.
	 * @return the names, one or more
	 */
	@AliasFor("value")
	String[] queues() default {};

	/**
	 * What names the listener in logs, threads and the
	 * {@link RedisQueueListenerRegistry}.
	 * @return the id; by default the names of the bean and of the method, with a dot
	 * between them
	 */
	String id() default "";

	/**
	 * How many handlers run at the same time, 1 to 1000.
	 * @return the number; by default that of the queue
	 * ({@code redis.queue.queues.<name>.concurrency}), which is 1 where none is set
	 */
	String concurrency() default "";

	/**
	 * How many deliveries one call gets at most, 1 to 1000. With more than one the method
	 * takes a {@link java.util.List}.
	 * @return the number; 1 by default
	 */
	String batch() default "";

	/**
	 * Whether it starts with the application. If not, the
	 * {@link RedisQueueListenerRegistry} starts it.
	 * @return {@code true} or {@code false}; by default what
	 * {@code redis.queue.listeners.auto-startup} says, which is {@code true} where it is
	 * not set
	 */
	String autoStartup() default "";

}
