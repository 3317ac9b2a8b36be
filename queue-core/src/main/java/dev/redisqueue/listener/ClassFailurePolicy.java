package dev.redisqueue.listener;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

import dev.redisqueue.Delivery;
import dev.redisqueue.UndecodablePayloadException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the exception's class, then its superclasses; then the same of its cause, and
 * so on.
 */
final class ClassFailurePolicy implements FailurePolicy {

	private final Map<Class<?>, FailureOutcome> outcomes = new HashMap<>();

	ClassFailurePolicy(Map<Class<? extends Throwable>, FailureOutcome> outcomes) {
		this.outcomes.put(UndecodablePayloadException.class, FailureOutcome.bury());
		this.outcomes.putAll(outcomes);
	}

	@Override
	public FailureOutcome decide(Delivery<?> delivery, Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Throwable one = failure; one != null && seen.add(one); one = one.getCause()) {
			FailureOutcome outcome = outcome(one.getClass());
			if (outcome != null) {
				return outcome;
			}
		}
		return FailureOutcome.retry();
	}

	private @Nullable FailureOutcome outcome(Class<?> failure) {
		for (Class<?> type = failure; type != null; type = type.getSuperclass()) {
			FailureOutcome outcome = this.outcomes.get(type);
			if (outcome != null) {
				return outcome;
			}
		}
		return null;
	}

}
