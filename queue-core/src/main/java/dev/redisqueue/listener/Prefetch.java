package dev.redisqueue.listener;

import java.util.concurrent.TimeUnit;

/**
 * How fast the handlers are, and how many messages it is fair to take ahead of them: what
 * they work off within {@link #HORIZON}. Slow handlers get none ahead, so that nothing
 * waits here which another process could work on.
 */
final class Prefetch {

	static final long HORIZON = TimeUnit.MILLISECONDS.toNanos(10);

	/**
	 * The most that one take brings, unless a batch is larger: of small messages, what
	 * Redis sends in one piece (64 kB). The rest would wait there for the next command to
	 * end.
	 */
	static final int MOST = 250;

	private static final int MOST_AHEAD = 4 * MOST;

	private static final int MOST_POLLS = 4;

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
		return (int) Math.min(MOST_AHEAD, this.concurrency * (double) HORIZON / Math.max(1, this.average) / 2);
	}

	/**
	 * Whether another take should be under way at the same time, so that Redis is never
	 * idle: where messages are plenty, handlers faster than it, and threads enough.
	 * @param polls how many are under way
	 * @param waiting how many messages wait for a handler
	 */
	boolean isBehind(int polls, int waiting) {
		return polls < Math.min(MOST_POLLS, this.concurrency / 2) && waiting <= MOST_AHEAD / 2 && ahead() == MOST_AHEAD;
	}

}
