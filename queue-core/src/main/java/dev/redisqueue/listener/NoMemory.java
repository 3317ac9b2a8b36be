package dev.redisqueue.listener;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What to do where something must not be left undone, and there is no memory for it: try
 * again a little later. Whoever has a delivery in hand is the only one that can settle
 * it.
 */
final class NoMemory {

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

	private NoMemory() {
	}

	/** Waits a little, in any case; needs no memory. */
	static void pause() {
		boolean interrupted = Thread.interrupted();
		LockSupport.parkNanos(PAUSE);
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
