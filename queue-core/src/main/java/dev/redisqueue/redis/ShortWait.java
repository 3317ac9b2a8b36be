package dev.redisqueue.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets a thread that calls Redis again and again wait awake for its next reply, where
 * Redis is so near that to fall asleep and be woken takes as long as the reply. It yields
 * to all other threads, one thread at a time does so, and whatever takes longer is waited
 * for asleep.
 */
final class ShortWait {

	private static final long LONGEST = TimeUnit.MICROSECONDS.toNanos(150);

	/** Whoever did something else for longer does not only wait for Redis. */
	private static final long LONGEST_BREAK = TimeUnit.MICROSECONDS.toNanos(50);

	private final AtomicBoolean taken = new AtomicBoolean();

	private volatile @Nullable Call last;

	/**
	 * Returns when it is done, or soon.
	 * @param done whether what is waited for has come
	 * @param start when the call of this thread began, by the local monotonic clock
	 */
	void await(BooleanSupplier done, long start) {
		Call before = this.last;
		if (before != null && before.isFollowedBy(start) && this.taken.compareAndSet(false, true)) {
			try {
				awake(done);
			}
			finally {
				this.taken.set(false);
			}
		}
	}

	/** A call of this thread began and ended. */
	void called(long start, long end) {
		this.last = new Call(Thread.currentThread().getId(), start, end);
	}

	/** Yields until it is done, but not for long. */
	static void awake(BooleanSupplier done) {
		long end = System.nanoTime() + LONGEST;
		while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
			Thread.yield();
		}
	}

	private record Call(long thread, long start, long end) {

		boolean isFollowedBy(long next) {
			return this.thread == Thread.currentThread().getId() && this.end - this.start <= LONGEST
					&& next - this.end <= LONGEST_BREAK;
		}

	}

}
