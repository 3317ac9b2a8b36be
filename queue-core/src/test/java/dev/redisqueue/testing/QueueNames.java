package dev.redisqueue.testing;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names of queues that nobody else uses, neither in this JVM nor in another at the same
 * server.
 */
public final class QueueNames {

	private static final String JVM = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);

	private static final AtomicLong LAST = new AtomicLong();

	private QueueNames() {
	}

	public static String fresh() {
		return "test-" + JVM + "-" + LAST.incrementAndGet();
	}

}
