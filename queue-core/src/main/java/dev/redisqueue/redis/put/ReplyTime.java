package dev.redisqueue.redis.put;

import java.util.concurrent.TimeUnit;

/**
 * How long replies take at best: the way to Redis and back, without the queues on it.
 */
final class ReplyTime {

	/** So much time between two commands costs nobody's processor much. */
	private static final long SPACING = TimeUnit.MICROSECONDS.toNanos(125);

	private static final int MOST = 32;

	/** Fewer may all have been held up. */
	private static final int FEWEST = 8;

	private static final long WINDOW = TimeUnit.SECONDS.toNanos(1);

	private long windowEnd = System.nanoTime() + WINDOW;

	private long fastest = Long.MAX_VALUE;

	private int replies;

	private volatile int worthwhile = 1;

	/** A reply took so many nanoseconds. */
	synchronized void replied(long nanos) {
		this.fastest = Math.min(this.fastest, nanos);
		long now = System.nanoTime();
		if (++this.replies >= FEWEST && now - this.windowEnd >= 0) {
			this.worthwhile = (int) Math.max(1, Math.min(MOST, this.fastest / SPACING));
			this.fastest = Long.MAX_VALUE;
			this.replies = 0;
			this.windowEnd = now + WINDOW;
		}
	}

	/** How many commands are worth having under way at the same time. */
	int worthwhile() {
		return this.worthwhile;
	}

}
