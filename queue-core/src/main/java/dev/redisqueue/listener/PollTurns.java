package dev.redisqueue.listener;

import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to take, and how much. One worker at a time takes while messages are
 * few, and handles the first one itself, so that a message on its way to an idle listener
 * wakes one thread and no more. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * none            the worker whose take is through  the next worker that asks for work begins one
 *                                                   where nothing is prefetched, or at most half of
 *                                                   what the last take brought
 * dry             the worker whose take found       none begins before that is used up
 *                 nothing while something was
 *                 prefetched
 * one             the worker that begins it         it may wait for a message if nothing is
 *                                                   prefetched; another one begins only where messages
 *                                                   are prefetched, the last take was full, handlers
 *                                                   are faster than Redis, and acknowledging keeps up
 * several         workers that begin theirs beside  none of them waits for a message; Prefetch says
 *                 it                                how many at most
 * </pre>
 * <p>
 * Guarded by the lock of the {@link Backlog}.
 */
final class PollTurns {

	private final Prefetch prefetch;

	private final int batch;

	private final BooleanSupplier acknowledgingBehind;

	private int underWay;

	/** How many the last take brought that brought any. */
	private int lastTake;

	/** Whether the last take brought as many as one brings. */
	private boolean plenty;

	private boolean dry;

	/**
	 * Creates it.
	 * @param prefetch how much is taken ahead
	 * @param batch how many deliveries a handler gets at most
	 * @param acknowledgingBehind whether what was handled has to be acknowledged before
	 * takes overlap
	 */
	PollTurns(Prefetch prefetch, int batch, BooleanSupplier acknowledgingBehind) {
		this.prefetch = prefetch;
		this.batch = batch;
		this.acknowledgingBehind = acknowledgingBehind;
	}

	/** Whether a turn should begin. */
	boolean isDue(int prefetched) {
		if (this.underWay > 0) {
			return this.plenty && prefetched > 0 && this.batch <= Prefetch.MOST
					&& this.prefetch.isBehind(this.underWay, prefetched) && !this.acknowledgingBehind.getAsBoolean();
		}
		// What one take brought is bounded in bytes; no more than half of that waits when
		// one begins alone.
		return prefetched == 0 || (!this.dry && prefetched <= Math.min(this.prefetch.ahead(), this.lastTake) / 2);
	}

	void begin() {
		this.underWay++;
	}

	void end() {
		this.underWay--;
	}

	/** What came of a turn, where it is not given back. */
	void brought(int messages, int prefetched) {
		this.dry = messages == 0 && prefetched > 0;
		if (messages > 0) {
			this.lastTake = messages;
		}
		this.plenty = messages >= Prefetch.MOST;
	}

	/** How many to take. */
	int wanted(int idle, int prefetched) {
		int slots = (1 + idle) * this.batch;
		int most = Math.max(Prefetch.MOST, this.batch);
		return Math.max(1, Math.min(most, slots + this.prefetch.ahead() - prefetched));
	}

	boolean isNoneUnderWay() {
		return this.underWay == 0;
	}

	/** Whether nothing is on its way but what the only turn brings. */
	boolean isOneUnderWay() {
		return this.underWay == 1;
	}

}
