package dev.redisqueue.listener;

import java.util.Map;

import dev.redisqueue.Delivery;
import dev.redisqueue.UndecodablePayloadException;

/**
 * Decides what becomes of a delivery whose handler threw. <pre>{@code
 * FailurePolicy policy = FailurePolicy.byClass(Map.of(
 *     InvalidOrderException.class, FailureOutcome.bury(),
 *     ShopClosedException.class, FailureOutcome.release()));
 * }</pre>
 * <p>
 * Not asked where the lease was lost (another consumer owns the message), where the
 * handler settled the delivery before it threw, and where a stop interrupted the handler
 * (the message goes back to the head, its attempt not held against it).
 */
@FunctionalInterface
public interface FailurePolicy {

	/**
	 * Decides about one delivery. Where this throws, the message is tried again.
	 * @param delivery the delivery, not settled yet
	 * @param failure what the handler threw, errors included; a
	 * {@link java.util.concurrent.TimeoutException} where its time was up
	 * @return what becomes of it
	 */
	FailureOutcome decide(Delivery<?> delivery, Throwable failure);

	/**
	 * Retries everything, but buries what cannot be decoded.
	 * @return the policy where none is set
	 */
	static FailurePolicy defaults() {
		return byClass(Map.of());
	}

	/**
	 * Decides by the class of the exception: of several entries that fit, the one of the
	 * nearest superclass. Where none fits, its cause decides in the same way, and so on:
	 * HTTP clients wrap what their connection threw, for instance. What fits none is
	 * retried; what cannot be decoded ({@link UndecodablePayloadException}) is buried
	 * unless an entry says otherwise.
	 * @param outcomes the outcomes by class
	 * @return the policy
	 */
	static FailurePolicy byClass(Map<Class<? extends Throwable>, FailureOutcome> outcomes) {
		return new ClassFailurePolicy(outcomes);
	}

}
