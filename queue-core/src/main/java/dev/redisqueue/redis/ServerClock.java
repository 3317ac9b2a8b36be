package dev.redisqueue.redis;

import java.util.concurrent.TimeUnit;

/**
 * The clock of Redis as this process knows it: the last time that Redis told, and what
 * has passed since by the local monotonic clock. The wall clock of this machine is never
 * asked. Late by at most one round trip.
 */
final class ServerClock {

	/** Time of Redis (ms) less the local monotonic time (ms). */
	private volatile long offset = Long.MIN_VALUE;

	void observe(long serverMillis) {
		this.offset = serverMillis - monotonicMillis();
	}

	boolean isKnown() {
		return this.offset != Long.MIN_VALUE;
	}

	/** The time of Redis in ms. */
	long now() {
		if (!isKnown()) {
			throw new IllegalStateException("Redis has not told the time yet");
		}
		return monotonicMillis() + this.offset;
	}

	private static long monotonicMillis() {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
	}

}
