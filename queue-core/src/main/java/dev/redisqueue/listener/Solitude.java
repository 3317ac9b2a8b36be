package dev.redisqueue.listener;

import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Lets a message that may kill the process run alone on its last attempt, so that no
 * other message is taken for the culprit: whoever runs at the time of death has used up
 * an attempt.
 */
final class Solitude {

	/** More than there are ever workers, replaced ones included. */
	private static final int ALL = 1_000_000;

	// Fair, so that new handlers wait behind one that waits to be alone.
	private final Semaphore running = new Semaphore(ALL, true);

	/** Returns what to hand to {@link #leave}. */
	int enter(List<? extends Taken<?>> work) {
		int permits = isNeeded(work) ? ALL : 1;
		this.running.acquireUninterruptibly(permits);
		return permits;
	}

	void leave(int permits) {
		this.running.release(permits);
	}

	static boolean isNeeded(List<? extends Taken<?>> work) {
		for (Taken<?> taken : work) {
			if (taken.delivery().isRecovered() && taken.delivery().isLastAttempt()) {
				return true;
			}
		}
		return false;
	}

}
