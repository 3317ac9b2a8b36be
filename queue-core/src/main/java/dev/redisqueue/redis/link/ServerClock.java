package dev.redisqueue.redis.link;

import java.util.concurrent.TimeUnit;

/**
 * The clock of Redis as this process knows it: the last time that Redis told, and what
 * has passed since by the local monotonic clock. The wall clock of this machine is never
 * asked. Late by at most one round trip and a millisecond, and never ahead while the
 * clock of Redis goes as fast as this one.
 */
public final class ServerClock {

	/** Time of Redis less the local monotonic time (ns). */
	private volatile long offset = Long.MIN_VALUE;

	public void observe(long serverMillis) {
		this.offset = TimeUnit.MILLISECONDS.toNanos(serverMillis) - System.nanoTime();
	}

	boolean isKnown() {
		return this.offset != Long.MIN_VALUE;
	}

	/** The time of Redis in ms. */
	public long now() {
		if (!isKnown()) {
			throw new IllegalStateException("Redis has not told the time yet");
		}
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() + this.offset);
	}

}
