package dev.redisqueue.listener;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of all parts of a listener. It has the name of the class that applications
 * know, so that one level holds for all parts; as text, since the parts know nothing of
 * what is built of them.
 */
final class ListenerLog {

	static final Logger LOGGER = LoggerFactory.getLogger("dev.redisqueue.listener.RedisQueueListenerContainer");

	private ListenerLog() {
	}

}
