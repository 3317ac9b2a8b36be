package dev.redisqueue.listener;

import java.util.List;

import dev.redisqueue.Delivery;
import org.springframework.util.function.ThrowingConsumer;

/**
 * What a listener does with deliveries. Returning acknowledges those that the handler has
 * not settled itself; throwing fails them, and the {@link FailurePolicy} decides what
 * becomes of each.
 *
 * @param <T> the type of the payload
 */
@FunctionalInterface
public interface DeliveryHandler<T> {

	/**
	 * Handles deliveries of one queue. The thread is interrupted where their lease is
	 * lost, the handler's time is up or the grace period of a stop has passed.
	 * @param deliveries one, or up to {@link ListenerOptions#batch()} in the order of the
	 * queue; their payloads have been decoded
	 * @throws Exception if the handling failed
	 */
	void handle(List<Delivery<T>> deliveries) throws Exception;

	/**
	 * A handler of one delivery at a time, whatever the batch. One that fails fails
	 * alone: those before it are acknowledged, those behind it go back to the head of the
	 * queue with their attempt not counted.
	 * @param <T> the type of the payload
	 * @param handler handles one delivery
	 * @return the handler
	 */
	static <T> DeliveryHandler<T> each(ThrowingConsumer<Delivery<T>> handler) {
		return new EachHandler<>(handler);
	}

}
