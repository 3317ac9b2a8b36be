package dev.redisqueue.redis.link;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits that an interrupt does not end, since it would lose a reply. The thread keeps its
 * flag.
 */
public final class Uninterruptible {

	private Uninterruptible() {
	}

	/** Waits for a reply until a deadline of the local monotonic clock. */
	public static <R> R await(CompletableFuture<R> future, long deadline) throws ExecutionException, TimeoutException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return future.get(left(deadline), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			restore(interrupted);
		}
	}

	/**
	 * Waits for a lock until a deadline of the local monotonic clock.
	 * @return whether it is held now
	 */
	public static boolean lock(ReentrantLock lock, long deadline) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return lock.tryLock(left(deadline), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			restore(interrupted);
		}
	}

	private static long left(long deadline) {
		return Math.max(0, deadline - System.nanoTime());
	}

	private static void restore(boolean interrupted) {
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
