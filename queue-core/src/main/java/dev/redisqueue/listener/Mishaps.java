package dev.redisqueue.listener;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reports what fails in the service threads of a listener, each of them once a minute, so
 * that a loop that goes on failing does not fill the log. Never throws.
 */
final class Mishaps {

	private static final long EVERY = TimeUnit.MINUTES.toNanos(1);

	private final String listener;

	private final Map<String, Long> reported = new HashMap<>();

	Mishaps(String listener) {
		this.listener = listener;
	}

	/**
	 * Reports one.
	 * @param what failed, without details that differ each time
	 * @param failure why
	 */
	void report(String what, Throwable failure) {
		try {
			if (isNew(what)) {
				ListenerLog.LOGGER.error("Listener {}: {} failed and goes on", this.listener, what, failure);
			}
		}
		catch (Throwable ex) {
			// There is no memory, or the log fails too: whoever reports goes on.
		}
	}

	private synchronized boolean isNew(String what) {
		long now = System.nanoTime();
		Long before = this.reported.get(what);
		if (before != null && now - before < EVERY) {
			return false;
		}
		this.reported.put(what, now);
		return true;
	}

}
