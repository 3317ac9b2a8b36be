package dev.redisqueue.boot.listener;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.redisqueue.boot.properties.ListenedQueue;

/**
 * The queues that listeners name, with the class that their parameters ask for. Queues
 * that the application makes itself are not among them.
 */
final class ListenedQueues {

	private final Map<String, ListenedQueue> queues = new LinkedHashMap<>();

	void add(String beanName, ListenerMethod listener, ListenerSignature signature) {
		Class<?> payloadType = signature.payloadClass();
		ListenedQueue before = this.queues.get(beanName);
		if (before == null || before.payloadType() == null) {
			this.queues.put(beanName, new ListenedQueue(payloadType, listener.description()));
		}
		else if (payloadType != null && payloadType != before.payloadType()) {
			throw listener.mistake(
					"takes " + payloadType.getName() + " from the queue '" + beanName + "', but the listener "
							+ before.listener() + " takes " + before.payloadType().getName() + " from it.",
					"A queue carries one class: take the same in both, or name another queue.");
		}
	}

	Map<String, ListenedQueue> byName() {
		return Collections.unmodifiableMap(this.queues);
	}

}
