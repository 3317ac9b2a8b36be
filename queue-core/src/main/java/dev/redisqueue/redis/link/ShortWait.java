package dev.redisqueue.redis.link;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Lets a thread that does little but call Redis wait awake for its replies, where they
 * come sooner than a thread that sleeps is woken. One thread at a time does so, for
 * {@link #LONGEST} a call, and yields to others that are to run. After that was in vain,
 * since Redis is not so near or the processors are busy, nobody does for ten times as
 * long, so that it wastes a tenth of a processor at most.
 */
public final class ShortWait {

	private static final long LONGEST = TimeUnit.MICROSECONDS.toNanos(100);

	/** Whoever did something else for longer does more than call Redis. */
	private static final long LONGEST_BREAK = TimeUnit.MICROSECONDS.toNanos(50);

	private static final int PENALTY = 10;

	/** So that a process that was stopped meanwhile does not pay for that. */
	private static final long LONGEST_PENALTY = TimeUnit.SECONDS.toNanos(1);

	private static final long NOBODY = -1;

	private final AtomicBoolean turn = new AtomicBoolean();

	/** Whose call was the last one, if it was short. */
	private volatile long caller = NOBODY;

	/** When the next call of the caller comes late. */
	private volatile long late;

	private volatile long pausedUntil = System.nanoTime();

	/**
	 * Returns when it is done, or soon; who is to sleep until then does so afterwards.
	 * @param done whether what is waited for has come
	 * @param start when the call of this thread began, by the local monotonic clock
	 */
	public void await(BooleanSupplier done, long start) {
		if (this.caller != Thread.currentThread().getId() || start - this.late > 0
				|| System.nanoTime() - this.pausedUntil < 0 || !this.turn.compareAndSet(false, true)) {
			return;
		}
		try {
			long begin = System.nanoTime();
			yieldUntil(done, begin + LONGEST);
			long end = System.nanoTime();
			if (end - begin >= LONGEST) {
				this.pausedUntil = end + Math.min(PENALTY * (end - begin), LONGEST_PENALTY);
			}
		}
		finally {
			this.turn.set(false);
		}
	}

	/** A call of this thread began and ended. */
	public void called(long start, long end) {
		this.late = end + LONGEST_BREAK;
		this.caller = (end - start <= LONGEST) ? Thread.currentThread().getId() : NOBODY;
	}

	/** Yields until it is done, or the local monotonic clock says that it is the end. */
	public static void yieldUntil(BooleanSupplier done, long end) {
		while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
			Thread.yield();
		}
	}

}
