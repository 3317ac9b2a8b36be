package dev.redisqueue.listener;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets a message that may kill the process run alone on its last attempt, so that no
 * other message is taken for the culprit: whoever runs at the time of death has used up
 * an attempt.
 */
final class LastAttemptGate {

	/** More than there are ever workers, replaced ones included. */
	private static final int ALL = 1_000_000;

	private static final long LONGEST_WAIT = 30;

	// Fair, so that new handlers wait behind one that waits to be alone.
	private final Semaphore running = new Semaphore(ALL, true);

	private volatile boolean closed;

	/**
	 * Waits until the work may begin, but not for ever: a handler that never returns must
	 * not bring all others to a stand.
	 * @return what to hand to {@link #leave}, or 0 where nothing begins any more
	 */
	int enter(List<? extends TakenDelivery<?>> work) {
		int permits = 1;
		if (isNeeded(work) && isAlone()) {
			permits = ALL;
		}
		else {
			this.running.acquireUninterruptibly();
		}
		if (this.closed) {
			leave(permits);
			return 0;
		}
		return permits;
	}

	/** Ends every wait: nothing begins any more. */
	void close() {
		this.closed = true;
		// Enough for each who waits, since each puts back what he got.
		this.running.release(ALL);
	}

	boolean isClosed() {
		return this.closed;
	}

	private boolean isAlone() {
		try {
			return this.running.tryAcquire(ALL, LONGEST_WAIT, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	void leave(int permits) {
		this.running.release(permits);
	}

	static boolean isNeeded(List<? extends TakenDelivery<?>> work) {
		for (TakenDelivery<?> taken : work) {
			if (taken.delivery().isRecovered() && taken.delivery().isLastAttempt()) {
				return true;
			}
		}
		return false;
	}

}
