package dev.redisqueue.boot;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The queues that listeners name, with the class that their parameters ask for. Queues
 * that the application makes itself are not among them.
 */
final class ListenedQueues {

	private final Map<String, Asked> queues = new LinkedHashMap<>();

	void add(String beanName, ListenerMethod listener, ListenerSignature signature) {
		Class<?> payloadType = signature.payloadClass();
		Asked before = this.queues.get(beanName);
		if (before == null || before.payloadType() == null) {
			this.queues.put(beanName, new Asked(payloadType, listener.description()));
		}
		else if (payloadType != null && payloadType != before.payloadType()) {
			throw listener.mistake(
					"takes " + payloadType.getName() + " from the queue '" + beanName + "', but the listener "
							+ before.listener() + " takes " + before.payloadType().getName() + " from it.",
					"A queue carries one class: take the same in both, or name another queue.");
		}
	}

	Set<String> names() {
		return Collections.unmodifiableSet(this.queues.keySet());
	}

	/**
	 * The class that listeners ask for.
	 * @param configured what a property says, or {@code null}
	 * @return {@code null} where nobody says anything
	 */
	@Nullable Class<?> payloadType(String beanName, @Nullable Class<?> configured) {
		Asked asked = this.queues.get(beanName);
		if (asked == null || asked.payloadType() == null) {
			return configured;
		}
		if (configured != null && configured != asked.payloadType()) {
			String property = QueueSettings.key(beanName, "payload-type");
			throw new QueueStartupException(
					"The listener " + asked.listener() + " takes " + asked.payloadType().getName() + " from the queue '"
							+ beanName + "', but the property '" + property + "' is '" + configured.getName() + "'.",
					"Set " + property + "=" + asked.payloadType().getName()
							+ " or remove it, or take the class of the property.");
		}
		return asked.payloadType();
	}

	/**
	 * What listeners want of a queue.
	 *
	 * @param payloadType the class, or {@code null} where they leave it open
	 * @param listener who says so
	 */
	private record Asked(@Nullable Class<?> payloadType, String listener) {
	}

}
