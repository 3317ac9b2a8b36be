package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Where the workers of a listener meet: what was taken and not begun yet, and whose turn
 * it is to take more. One worker at a time polls while messages are few, and handles the
 * first message itself, so that a message on its way to an idle listener wakes one thread
 * and no more.
 *
 * @param <T> the type of the payload
 */
final class Backlog<T> {

	private final ReentrantLock lock = new ReentrantLock();

	/** Work has come, or the turn to poll is free, or everything ends. */
	private final Condition changed = this.lock.newCondition();

	/** The poller waits for any of several queues. */
	private final Condition hungry = this.lock.newCondition();

	/** A turn to poll has ended, or what was drained is back. */
	private final Condition settled = this.lock.newCondition();

	private final Deque<TakenDelivery<T>> taken = new ArrayDeque<>();

	private final Prefetch prefetch;

	private final int batch;

	private final BooleanSupplier held;

	private int idle;

	private int lastTake;

	/** How many turns to poll are under way. */
	private int polls;

	/** Whether the last take brought as many as one brings. */
	private boolean plenty;

	/** How many give back what was drained. */
	private int returning;

	private boolean waiting;

	/** A refill found nothing: no other before what is here is used up. */
	private boolean dry;

	private boolean paused;

	private boolean closed;

	/** What a poll brings from now on is nobody's here. */
	private boolean surrendered;

	/**
	 * Creates it.
	 * @param prefetch how much is taken ahead
	 * @param batch how many deliveries a handler gets at most
	 * @param held whether what was handled has to be acknowledged before takes overlap
	 */
	Backlog(Prefetch prefetch, int batch, BooleanSupplier held) {
		this.prefetch = prefetch;
		this.batch = batch;
		this.held = held;
	}

	/**
	 * Waits for something to do.
	 * @return deliveries of one queue to handle, an empty list where it is the caller's
	 * turn to poll, or {@code null} at the end
	 */
	@Nullable List<TakenDelivery<T>> next() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!this.closed) {
				if (this.returning == 0 && !this.paused && isLow()) {
					this.polls++;
					return List.of();
				}
				if (!this.taken.isEmpty() && !this.paused) {
					return pollBatch();
				}
				this.idle++;
				try {
					this.changed.await();
				}
				finally {
					this.idle--;
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isLow() {
		int size = this.taken.size();
		if (this.polls > 0) {
			return this.plenty && size > 0 && this.batch <= Prefetch.MOST && this.prefetch.isBehind(this.polls, size)
					&& !this.held.getAsBoolean();
		}
		// What one take brought is bounded in bytes; no more than half of that waits when
		// one begins alone.
		return size == 0 || (!this.dry && size <= Math.min(this.prefetch.ahead(), this.lastTake) / 2);
	}

	private List<TakenDelivery<T>> pollBatch() {
		if (this.batch == 1) {
			return List.of(this.taken.remove());
		}
		List<TakenDelivery<T>> work = new ArrayList<>(Math.min(this.batch, this.taken.size()));
		Source<T> source = this.taken.element().source();
		while (work.size() < this.batch && !this.taken.isEmpty() && this.taken.element().source() == source) {
			work.add(this.taken.remove());
		}
		return work;
	}

	/** How many the poller should take. */
	int wanted() {
		this.lock.lock();
		try {
			int slots = (1 + this.idle) * this.batch;
			int most = Math.max(Prefetch.MOST, this.batch);
			return Math.max(1, Math.min(most, slots + this.prefetch.ahead() - this.taken.size()));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether the poller should wait for a message: nothing is here, nor on its way. */
	boolean isStarved() {
		this.lock.lock();
		try {
			return this.taken.isEmpty() && this.polls == 1;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the caller's turn to poll.
	 * @return {@code false} where nobody is to get what was taken, or not yet: it is the
	 * caller's to give back, and nobody polls until it {@link #gaveBack()}
	 */
	boolean polled(List<TakenDelivery<T>> more) {
		this.lock.lock();
		try {
			this.polls--;
			this.settled.signalAll();
			if (this.surrendered || isHeldOff(more)) {
				this.returning++;
				return false;
			}
			this.dry = more.isEmpty() && !this.taken.isEmpty();
			this.taken.addAll(more);
			if (!more.isEmpty()) {
				this.lastTake = more.size();
			}
			this.plenty = more.size() >= Prefetch.MOST;
			wake(more.size());
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether its queue was to be left alone while the take was under way. */
	private boolean isHeldOff(List<TakenDelivery<T>> more) {
		return !more.isEmpty() && more.get(0).source().isHeldOff();
	}

	/**
	 * The caller handles one itself, and another one's turn to poll begins: as many as
	 * there are messages.
	 */
	private void wake(int messages) {
		if (this.paused || this.closed) {
			this.changed.signalAll();
			return;
		}
		for (int i = Math.min(this.idle, messages); i > 0; i--) {
			this.changed.signal();
		}
	}

	/** Of several queues: waits until any of them has brought something. */
	void awaitArrival() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			this.waiting = true;
			this.hungry.signalAll();
			while (this.taken.isEmpty() && !this.closed && !this.paused) {
				this.changed.await();
			}
		}
		finally {
			this.waiting = false;
			this.lock.unlock();
		}
	}

	/**
	 * Waits until the poller waits for any of several queues.
	 * @return {@code false} at the end
	 */
	boolean awaitHunger() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!this.waiting && !this.closed) {
				this.hungry.await();
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Adds what came while the poller waits.
	 * @return {@code false} where it no longer does: what came is the caller's to give
	 * back
	 */
	boolean offer(List<TakenDelivery<T>> arrived) {
		this.lock.lock();
		try {
			if (!this.waiting || this.closed || this.paused || isHeldOff(arrived)) {
				return false;
			}
			this.taken.addAll(arrived);
			this.changed.signalAll();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Drains where something waits here for longer than a time. */
	List<TakenDelivery<T>> drainStale(long nanos) {
		this.lock.lock();
		try {
			TakenDelivery<T> first = this.taken.peek();
			// What a poll under way brings, or gives back, would overtake what goes back.
			boolean stale = first != null && this.polls == 0 && this.returning == 0
					&& System.nanoTime() - first.time() > nanos;
			return stale ? drain() : List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Hands out nothing and takes nothing until {@link #resume}. */
	void pause() {
		this.lock.lock();
		try {
			this.paused = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether it is of no use to take more. */
	boolean isHeld() {
		this.lock.lock();
		try {
			return this.paused || this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Once paused or closed: drains what has not begun, a take under way included, whose
	 * messages are the youngest. Nothing, if it was resumed meanwhile: what comes next
	 * would overtake what goes back.
	 * @param atMost how long to wait for that
	 */
	List<TakenDelivery<T>> surrender(Duration atMost) {
		long left = atMost.toNanos();
		boolean interrupted = false;
		this.lock.lock();
		try {
			while ((this.polls > 0 || this.returning > 0) && left > 0 && !interrupted) {
				try {
					left = this.settled.awaitNanos(left);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			this.surrendered = this.paused || this.closed;
			this.returning++;
			return this.surrendered ? drained() : List.of();
		}
		finally {
			this.lock.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	void resume() {
		this.lock.lock();
		try {
			this.paused = false;
			this.surrendered = this.closed;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes away what has not begun, to be given back. Nobody's turn to poll begins until
	 * {@link #gaveBack()}, since what goes back first is the youngest.
	 */
	List<TakenDelivery<T>> drain() {
		this.lock.lock();
		try {
			this.returning++;
			return drained();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<TakenDelivery<T>> drained() {
		List<TakenDelivery<T>> left = List.copyOf(this.taken);
		this.taken.clear();
		return left;
	}

	/** What was drained is back. */
	void gaveBack() {
		this.lock.lock();
		try {
			this.returning--;
			this.changed.signalAll();
			this.settled.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends every wait. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
			this.hungry.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
