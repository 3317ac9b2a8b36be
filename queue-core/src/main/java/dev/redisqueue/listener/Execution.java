package dev.redisqueue.listener;

import java.util.List;

/**
 * One call of a handler. Whoever ends it first decides what becomes of its deliveries:
 * the worker when the handler is through, or someone who gave up waiting for that. It is
 * run where going on is of no use.
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
	 * Ends it from outside, and tells the handler.
	 * @return {@code false} where it has ended
	 */
	boolean abandon() {
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			this.ended = true;
			interrupt();
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
	 * Retires the worker unless the handler has returned: then it may have begun anew.
	 * @return whether it was retired
	 */
	synchronized boolean retire(Worker<T> worker) {
		if (!this.returned) {
			worker.retire();
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
