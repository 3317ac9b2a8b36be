package dev.redisqueue.listener;

import java.util.HashMap;
import java.util.Map;

import dev.redisqueue.Delivery;
import dev.redisqueue.UndecodablePayloadException;

/**
 * Looks up the exception's class, then its superclasses.
 */
final class ClassFailurePolicy implements FailurePolicy {

	private final Map<Class<?>, FailureOutcome> outcomes = new HashMap<>();

	ClassFailurePolicy(Map<Class<? extends Throwable>, FailureOutcome> outcomes) {
		this.outcomes.put(UndecodablePayloadException.class, FailureOutcome.bury());
		this.outcomes.putAll(outcomes);
	}

	@Override
	public FailureOutcome decide(Delivery<?> delivery, Throwable failure) {
		for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
			FailureOutcome outcome = this.outcomes.get(type);
			if (outcome != null) {
				return outcome;
			}
		}
		return FailureOutcome.retry();
	}

}
