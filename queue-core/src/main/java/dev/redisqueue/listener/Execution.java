package dev.redisqueue.listener;

import java.util.List;

/**
 * One call of a handler. Whoever ends it first decides what becomes of its deliveries:
 * the worker when the handler is through, or someone who gave up waiting for that. It is
 * run where going on is of no use. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * running         its worker begins it              the deliveries are its worker's; a lost lease or a
 *                                                   stop may interrupt the thread
 * finished        its worker, the handler has       nobody interrupts the thread any more; its worker
 *                 returned or thrown                decides what becomes of the deliveries
 * abandoned       the HandlerWatch when its time    the deliveries are theirs; the thread was
 *                 is up, or the stop when the       interrupted and is still with the handler, and its
 *                 grace period and an interrupt     worker may be retired
 *                 have passed
 * abandoned and   its worker, the handler has       nobody interrupts the thread any more; what the
 * finished        returned or thrown after all      handler did is of no consequence
 * </pre>
 * <p>
 * Of one that a stop has interrupted ({@link #isStopping()}) what fails goes back without
 * counting.
 *
 * @param <T> the type of the payload
 */
final class Execution<T> implements Runnable {

	private final List<TakenDelivery<T>> work;

	private final Runnable onAbandon;

	private final Thread thread = Thread.currentThread();

	private final long began = System.nanoTime();

	private boolean ended;

	private boolean returned;

	private boolean stopping;

	/**
	 * Begins an execution on this thread.
	 * @param onAbandon runs where it is ended from outside
	 */
	Execution(List<TakenDelivery<T>> work, Runnable onAbandon) {
		this.work = work;
		this.onAbandon = onAbandon;
	}

	List<TakenDelivery<T>> work() {
		return this.work;
	}

	Thread thread() {
		return this.thread;
	}

	/** How long it has been running, in nanoseconds. */
	long age() {
		return System.nanoTime() - this.began;
	}

	/** Tells the handler that going on is of no use. */
	@Override
	public void run() {
		interrupt();
	}

	private synchronized void interrupt() {
		if (!this.returned) {
			this.thread.interrupt();
		}
	}

	/** Tells the handler that the listener stops and the grace period is over. */
	synchronized void interruptForStop() {
		this.stopping = true;
		interrupt();
	}

	/**
	 * Ends it from outside.
	 * @param tell whether to interrupt the handler
	 * @return {@code false} where it has ended
	 */
	boolean abandon(boolean tell) {
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			this.ended = true;
			if (tell) {
				interrupt();
			}
		}
		this.onAbandon.run();
		return true;
	}

	/**
	 * The handler has returned: nobody interrupts its thread any more.
	 * @return {@code false} where the deliveries were decided without it
	 */
	synchronized boolean finish() {
		this.returned = true;
		Thread.interrupted();
		if (this.ended) {
			return false;
		}
		this.ended = true;
		return true;
	}

	/**
	 * Retires its worker unless the handler has returned: then it may have begun anew.
	 * @param retirement what retires the worker
	 * @return whether it was retired
	 */
	synchronized boolean retire(Runnable retirement) {
		if (!this.returned) {
			retirement.run();
		}
		return !this.returned;
	}

	/** Whether its time was up before the handler returned. */
	synchronized boolean isAbandoned() {
		return this.ended && !this.returned;
	}

	/** Whether a stop has interrupted it. */
	synchronized boolean isStopping() {
		return this.stopping;
	}

}
