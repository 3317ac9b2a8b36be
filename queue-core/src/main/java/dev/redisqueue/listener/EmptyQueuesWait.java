package dev.redisqueue.listener;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The wait of a listener of several queues while all of them are empty: one thread a
 * queue, its watcher, waits in it for the worker whose turn it is to take. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * not under way   the worker: something has come,   watchers sleep, or still wait in their queues:
 *                 or its turn is of no use          what these bring is given back
 * under way       the worker that found every       watchers wait in their queues, and what they bring
 *                 queue empty                       is prefetched
 * closed          the thread that stops             watchers end
 * </pre>
 * <p>
 * The lock is that of the {@link Backlog}, since what a watcher brings must not come
 * after the worker has gone on.
 *
 * @param <T> the type of the payload
 */
final class EmptyQueuesWait<T> {

	private final Lock lock;

	/** The backlog has changed. */
	private final Condition changed;

	/** This wait has begun, or everything ends. */
	private final Condition moved;

	private final BooleanSupplier over;

	private final Predicate<List<TakenDelivery<T>>> arrival;

	private boolean underWay;

	private boolean closed;

	/**
	 * Creates it.
	 * @param lock the lock of the backlog
	 * @param changed told whenever the wait may be over
	 * @param over whether it is of no use to wait any more; asked under the lock
	 * @param arrival prefetches what came, unless nobody is to get it; called under the
	 * lock
	 */
	EmptyQueuesWait(Lock lock, Condition changed, BooleanSupplier over, Predicate<List<TakenDelivery<T>>> arrival) {
		this.lock = lock;
		this.changed = changed;
		this.moved = lock.newCondition();
		this.over = over;
		this.arrival = arrival;
	}

	/** Waits as the worker whose turn it is, until any queue has brought something. */
	void await() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			this.underWay = true;
			this.moved.signalAll();
			while (!this.over.getAsBoolean()) {
				this.changed.await();
			}
		}
		finally {
			this.underWay = false;
			this.lock.unlock();
		}
	}

	/**
	 * Waits as a watcher until the wait is under way.
	 * @return {@code false} at the end
	 */
	boolean awaitUnderWay() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!this.underWay && !this.closed) {
				this.moved.await();
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Prefetches what came while the worker waits.
	 * @return {@code false} where it no longer does: what came is the caller's to give
	 * back
	 */
	boolean offer(List<TakenDelivery<T>> brought) {
		this.lock.lock();
		try {
			return this.underWay && this.arrival.test(brought);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends the watchers' waits. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.moved.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
