package dev.redisqueue.listener;

import java.util.concurrent.TimeUnit;

/**
 * How fast the handlers are, and how many messages it is fair to take ahead of them: what
 * they work off within {@link #HORIZON}. Slow handlers get none ahead, so that nothing
 * waits here which another process could work on.
 */
final class Prefetch {

	static final long HORIZON = TimeUnit.MILLISECONDS.toNanos(10);

	/** The most that one take brings. */
	static final int MOST = 1000;

	private final int concurrency;

	/** Nanoseconds a message, a moving average; updates may overtake each other. */
	private volatile double average = HORIZON * 1000.0;

	private volatile boolean measured;

	Prefetch(int concurrency) {
		this.concurrency = concurrency;
	}

	void handled(long nanos, int messages) {
		double sample = (double) nanos / messages;
		double before = this.average;
		// Slower at once, faster by and by.
		this.average = (!this.measured || sample > 4 * before) ? sample : before + (sample - before) / 8;
		this.measured = true;
	}

	/** Messages wait although they should not: take none ahead until measured again. */
	void stalled() {
		this.average = HORIZON * 1000.0;
	}

	/** How many messages to have in hand beyond those in work. */
	int ahead() {
		return (int) Math.min(MOST, this.concurrency * (double) HORIZON / Math.max(1, this.average) / 2);
	}

}
