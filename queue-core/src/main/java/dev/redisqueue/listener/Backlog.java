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
 * Where the workers of a listener meet: what is prefetched, that is taken and not begun.
 * {@link PollTurns} says whose turn it is to take more, {@link EmptyQueuesWait} what a
 * worker does that finds several queues empty; the lock is here. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * open            at first; the thread that         workers get what is prefetched, oldest first, or a
 *                 resumes                           turn to take
 * returning,      whoever has drained it or had a   no turn begins, and nobody else drains but a
 * beside any      take refused, until all of them   failure that goes back: the youngest go back
 * other           gave back                         first, and what a take brings meanwhile would
 *                                                   overtake the others
 * paused          the thread that pauses            nothing is handed out and no turn begins; what a
 *                                                   turn under way brings is prefetched
 * surrendered,    the thread that gives back after  empty; what a turn still brings is refused, and
 * while paused    a pause or stop, once no turn is  whoever brings it gives it back
 * or closed       under way or its time has passed
 * closed          the thread that stops, for good   every wait ends, workers end; what is prefetched
 *                                                   awaits its surrender
 * </pre>
 *
 * @param <T> the type of the payload
 */
final class Backlog<T> {

	private final ReentrantLock lock = new ReentrantLock();

	/** Work has come, or the turn to poll is free, or everything ends. */
	private final Condition changed = this.lock.newCondition();

	/** A turn to poll has ended, or what was drained is back. */
	private final Condition settled = this.lock.newCondition();

	private final EmptyQueuesWait<T> emptyQueuesWait = new EmptyQueuesWait<>(this.lock, this.changed,
			() -> !this.prefetched.isEmpty() || isPausedOrClosed(), this::isPrefetched);

	private final Deque<TakenDelivery<T>> prefetched = new ArrayDeque<>();

	private final PollTurns turns;

	private final int batch;

	/** How many workers wait for something to do. */
	private int idle;

	/** How many give back what was drained. */
	private int returning;

	private boolean paused;

	private boolean closed;

	private boolean surrendered;

	/**
	 * Creates it.
	 * @param prefetch how much is taken ahead
	 * @param batch how many deliveries a handler gets at most
	 * @param acknowledgingBehind whether what was handled has to be acknowledged before
	 * takes overlap
	 */
	Backlog(Prefetch prefetch, int batch, BooleanSupplier acknowledgingBehind) {
		this.turns = new PollTurns(prefetch, batch, acknowledgingBehind);
		this.batch = batch;
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
				if (this.returning == 0 && !this.paused && this.turns.isDue(this.prefetched.size())) {
					this.turns.begin();
					return List.of();
				}
				if (!this.prefetched.isEmpty() && !this.paused) {
					return nextWork();
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

	private List<TakenDelivery<T>> nextWork() {
		if (this.batch == 1) {
			return List.of(this.prefetched.remove());
		}
		List<TakenDelivery<T>> work = new ArrayList<>(Math.min(this.batch, this.prefetched.size()));
		Source<T> source = this.prefetched.element().source();
		while (work.size() < this.batch && !this.prefetched.isEmpty() && this.prefetched.element().source() == source) {
			work.add(this.prefetched.remove());
		}
		return work;
	}

	/** How many the poller should take. */
	int wanted() {
		this.lock.lock();
		try {
			return this.turns.wanted(this.idle, this.prefetched.size());
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether the poller should wait for a message: nothing is here, nor on its way. */
	boolean isStarved() {
		this.lock.lock();
		try {
			return this.prefetched.isEmpty() && this.turns.isOneUnderWay();
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
	boolean polled(List<TakenDelivery<T>> brought) {
		this.lock.lock();
		try {
			this.turns.end();
			this.settled.signalAll();
			if (this.surrendered || isHeldOff(brought)) {
				this.returning++;
				return false;
			}
			this.turns.brought(brought.size(), this.prefetched.size());
			this.prefetched.addAll(brought);
			wake(brought.size());
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether its queue was to be left alone while the take was under way. */
	private boolean isHeldOff(List<TakenDelivery<T>> brought) {
		return !brought.isEmpty() && brought.get(0).source().isHeldOff();
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

	EmptyQueuesWait<T> emptyQueuesWait() {
		return this.emptyQueuesWait;
	}

	/** Of several queues: adds what came, unless nobody is to get it. */
	private boolean isPrefetched(List<TakenDelivery<T>> brought) {
		if (isPausedOrClosed() || isHeldOff(brought)) {
			return false;
		}
		this.prefetched.addAll(brought);
		this.changed.signalAll();
		return true;
	}

	/** Drains where something waits here for longer than a time. */
	List<TakenDelivery<T>> drainStale(long nanos) {
		this.lock.lock();
		try {
			TakenDelivery<T> first = this.prefetched.peek();
			// What a poll under way brings, or gives back, would overtake what goes back.
			boolean stale = first != null && this.turns.isNoneUnderWay() && this.returning == 0
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
	boolean isPausedOrClosed() {
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
			while ((!this.turns.isNoneUnderWay() || this.returning > 0) && left > 0 && !interrupted) {
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
		List<TakenDelivery<T>> left = List.copyOf(this.prefetched);
		this.prefetched.clear();
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
			this.emptyQueuesWait.close();
		}
		finally {
			this.lock.unlock();
		}
	}

}
