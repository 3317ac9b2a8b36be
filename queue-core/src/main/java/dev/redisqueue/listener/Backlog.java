package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Where the threads of a listener meet: what is prefetched, that is taken and not begun,
 * who may take more, and what is on its way back to its queue. A listener of one queue
 * has its workers take in turns ({@link PollTurns}); of several, each has a thread that
 * does nothing else ({@link #awaitTurn}), so that none of them waits for another's Redis.
 * <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * open            at first; the thread that         workers get what is prefetched, oldest first
 *                 resumes
 * recalled, each  whoever has something go back     nothing of this queue is handed out or taken; what
 * queue for       (recall), until that is back      was prefetched and what takes under way bring is
 * itself          (returned)                        set aside, and goes back the youngest first
 * alone           the worker that gets a message    nothing else is handed out or taken; a message that
 *                 that may kill the process, until  waits for that holds up the others, not for ever
 *                 it is done
 * paused          the thread that pauses            nothing is handed out and no take begins
 * closed          the thread that stops, for good   every wait ends, workers end; what is prefetched
 *                                                   awaits its recall
 * </pre>
 *
 * @param <T> the type of the payload
 */
final class Backlog<T> {

	/** A handler that never returns must not bring all others to a stand. */
	private static final long LONGEST_WAIT_ALONE = TimeUnit.SECONDS.toNanos(30);

	/** A take that lasts longer holds up no later queue. */
	private static final long SILENT = TimeUnit.MILLISECONDS.toNanos(100);

	/** When to look again whether what was handled has been settled. */
	private static final long BEHIND = TimeUnit.MILLISECONDS.toNanos(1);

	private final ReentrantLock lock = new ReentrantLock();

	/** Work has come, or the turn to poll is free, or everything ends. */
	private final Condition changed = this.lock.newCondition();

	/** A take has ended, or what was recalled is back. */
	private final Condition settled = this.lock.newCondition();

	private final Deque<TakenDelivery<T>> prefetched = new ArrayDeque<>();

	/** In the order of their importance. */
	private final List<Place<T>> places = new ArrayList<>();

	private final Prefetch prefetch;

	private final PollTurns turns;

	private final int batch;

	private final Predicate<Source<T>> behind;

	/** How many workers wait for something to do. */
	private int idle;

	/** How many workers have something to do. */
	private int running;

	/** When the last of them was through. */
	private long idleSince = System.nanoTime();

	private boolean alone;

	private @Nullable Long waitsAloneSince;

	private boolean paused;

	private boolean closed;

	/**
	 * Creates it.
	 * @param sources where it comes from, the most important first
	 * @param prefetch how much is taken ahead
	 * @param batch how many deliveries a handler gets at most
	 * @param behind whether what was handled of a queue has to be settled before more is
	 * taken ahead
	 */
	Backlog(List<Source<T>> sources, Prefetch prefetch, int batch, Predicate<Source<T>> behind) {
		sources.forEach((source) -> this.places.add(new Place<>(source, this.lock.newCondition())));
		this.prefetch = prefetch;
		this.turns = new PollTurns(prefetch, batch, () -> behind.test(sources.get(0)));
		this.batch = batch;
		this.behind = behind;
	}

	/**
	 * Waits for something to do.
	 * @return deliveries of one queue to handle, an empty list where it is the caller's
	 * turn to take, or {@code null} at the end
	 */
	@Nullable List<TakenDelivery<T>> next() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!this.closed) {
				if (this.places.size() == 1 && mayTake(this.places.get(0))
						&& this.turns.isDue(this.prefetched.size())) {
					this.turns.begin();
					this.places.get(0).underWay++;
					return List.of();
				}
				long wait = Long.MAX_VALUE;
				TakenDelivery<T> first = this.paused ? null : this.prefetched.peek();
				if (first != null && !this.alone) {
					boolean needsAlone = LastAttempt.isOf(first);
					wait = needsAlone ? untilAlone() : 0;
					if (wait <= 0) {
						return begin(needsAlone);
					}
				}
				awaitChange(wait);
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void awaitChange(long nanos) throws InterruptedException {
		this.idle++;
		try {
			grant();
			if (nanos == Long.MAX_VALUE) {
				this.changed.await();
			}
			else {
				this.changed.awaitNanos(nanos);
			}
		}
		finally {
			this.idle--;
		}
	}

	/** How long a message that may kill the process still waits for the others. */
	private long untilAlone() {
		if (this.running == 0) {
			return 0;
		}
		if (this.waitsAloneSince == null) {
			this.waitsAloneSince = System.nanoTime();
		}
		return LONGEST_WAIT_ALONE - (System.nanoTime() - this.waitsAloneSince);
	}

	private List<TakenDelivery<T>> begin(boolean needsAlone) {
		List<TakenDelivery<T>> work = nextWork();
		this.waitsAloneSince = null;
		this.alone = needsAlone && this.running == 0;
		this.running++;
		grant();
		return work;
	}

	/** Removes nothing before all that it needs is there. */
	private List<TakenDelivery<T>> nextWork() {
		TakenDelivery<T> first = this.prefetched.element();
		if (this.batch == 1 || LastAttempt.isOf(first)) {
			List<TakenDelivery<T>> work = List.of(first);
			this.prefetched.remove();
			return work;
		}
		List<TakenDelivery<T>> work = new ArrayList<>(Math.min(this.batch, this.prefetched.size()));
		for (TakenDelivery<T> taken : this.prefetched) {
			if (work.size() == this.batch || taken.source() != first.source() || LastAttempt.isOf(taken)) {
				break;
			}
			work.add(taken);
		}
		for (int i = work.size(); i > 0; i--) {
			this.prefetched.remove();
		}
		return work;
	}

	/** What {@link #next()} gave to handle is through with its handler, or given up. */
	void done() {
		this.lock.lock();
		try {
			this.running--;
			this.idleSince = System.nanoTime();
			if (this.running == 0 && (this.alone || this.waitsAloneSince != null)) {
				this.alone = false;
				this.changed.signalAll();
				grant();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** How long nothing was to be handled. */
	Duration idleFor() {
		this.lock.lock();
		try {
			boolean idle = this.running == 0 && this.prefetched.isEmpty();
			return idle ? Duration.ofNanos(System.nanoTime() - this.idleSince) : Duration.ZERO;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** How many the worker should take whose turn it is. */
	int wanted() {
		this.lock.lock();
		try {
			return this.turns.wanted(this.idle, this.prefetched.size());
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether that worker should wait for a message: nothing is here, nor on its way. */
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
	 * Waits, as the thread of one of several queues, until this one is to be taken from:
	 * no earlier queue has something, and somebody is free for it.
	 * @return how many to take, 0 where it is to be waited for a message, or -1 at the
	 * end
	 */
	int awaitTurn(Source<T> source) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			Place<T> place = place(source);
			while (!this.closed) {
				if (place.empty && mayTake(place)) {
					return 0;
				}
				long blocked = blocked(place);
				int wanted = (blocked <= 0) ? wantedOf() : 0;
				if (wanted > 0) {
					place.underWay++;
					place.asked = wanted;
					place.began = System.nanoTime();
					return wanted;
				}
				place.waits = true;
				try {
					if (blocked <= 0 || blocked == Long.MAX_VALUE) {
						place.turn.await();
					}
					else {
						place.turn.awaitNanos(blocked);
					}
				}
				finally {
					place.waits = false;
				}
			}
			return -1;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** A wait for a message is over: the queue is to be asked. */
	void mayHaveMore(Source<T> source) {
		this.lock.lock();
		try {
			place(source).empty = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether a queue may be waited in for a message. */
	boolean mayWait(Source<T> source) {
		this.lock.lock();
		try {
			return mayTake(place(source));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether nothing begins any more. */
	boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean mayTake(Place<T> place) {
		return !this.paused && !this.closed && place.recalls == 0 && !this.alone && this.waitsAloneSince == null;
	}

	/** How long an earlier queue, or the state of things, is in its way. */
	private long blocked(Place<T> place) {
		long blocked = blockedItself(place);
		if (blocked == Long.MAX_VALUE) {
			return blocked;
		}
		for (Place<T> earlier : this.places) {
			if (earlier == place) {
				return blocked;
			}
			blocked = Math.max(blocked, hinders(earlier));
		}
		return blocked;
	}

	private long blockedItself(Place<T> place) {
		if (!mayTake(place)) {
			return Long.MAX_VALUE;
		}
		return this.behind.test(place.source) ? BEHIND : place.source.rests();
	}

	/** How long a queue is in the way of later ones. */
	private long hinders(Place<T> place) {
		boolean left = place.empty || place.recalls > 0 || place.source.rests() > 0 || place.source.isFailing();
		if (left || this.behind.test(place.source)) {
			return 0;
		}
		return (place.underWay == 0) ? SILENT : place.silentIn();
	}

	private int wantedOf() {
		int asked = 0;
		for (Place<T> place : this.places) {
			asked += (place.underWay > 0 && place.silentIn() > 0) ? place.asked : 0;
		}
		int free = this.idle * this.batch + this.prefetch.ahead() - this.prefetched.size() - asked;
		return Math.min(Math.max(Prefetch.MOST, this.batch), free);
	}

	/** Of several queues, has the first one ask for its turn that may have it. */
	private void grant() {
		if (this.places.size() == 1 || wantedOf() <= 0) {
			return;
		}
		for (Place<T> place : this.places) {
			if (place.waits && blockedItself(place) <= 0) {
				place.turn.signal();
				return;
			}
			if (hinders(place) > 0) {
				return;
			}
		}
	}

	private Place<T> place(Source<T> source) {
		for (Place<T> place : this.places) {
			if (place.source == source) {
				return place;
			}
		}
		throw new IllegalArgumentException("Not one of its queues: " + source.queue());
	}

	/**
	 * Ends a take. Does nothing at all where it throws, for want of memory.
	 * @return {@code false} where nobody is to get what was taken: the caller has it
	 * recalled
	 */
	boolean brought(Source<T> source, List<TakenDelivery<T>> brought) {
		this.lock.lock();
		try {
			Place<T> place = place(source);
			boolean aside = !brought.isEmpty()
					&& (place.recalls > 0 || this.paused || this.closed || source.isHeldOff());
			if (aside) {
				place.aside.addAll(brought);
			}
			else {
				this.prefetched.addAll(brought);
			}
			place.underWay--;
			place.empty = brought.isEmpty() && !source.isFailing();
			if (this.places.size() == 1) {
				this.turns.end();
				if (!aside) {
					this.turns.brought(brought.size(), this.prefetched.size() - brought.size());
				}
			}
			boolean collected = place.collectors > 0;
			this.settled.signalAll();
			wake(brought.size());
			return !aside || collected;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Of one queue the caller handles one itself, and another one's turn to take begins:
	 * as many as there are messages.
	 */
	private void wake(int messages) {
		if (this.paused || this.closed) {
			this.changed.signalAll();
		}
		else {
			for (int i = Math.min(this.idle, messages); i > 0; i--) {
				this.changed.signal();
			}
		}
		grant();
	}

	/** Whose messages wait here for longer than a time, while every handler is busy. */
	List<Source<T>> stale(long nanos) {
		this.lock.lock();
		try {
			long now = System.nanoTime();
			return this.prefetched.stream()
				.filter((taken) -> now - taken.time() > nanos && !LastAttempt.isOf(taken))
				.map(TakenDelivery::source)
				.distinct()
				.toList();
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

	void resume() {
		this.lock.lock();
		try {
			this.paused = false;
			this.changed.signalAll();
			this.places.forEach((place) -> place.turn.signal());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Has what is prefetched of a queue go back: sets it aside until {@link #returned},
	 * as well as what its takes under way bring. A message that waits to run alone keeps
	 * its place, unless the listener is paused or closed.
	 */
	void recall(Source<T> source) {
		this.lock.lock();
		try {
			Place<T> place = place(source);
			boolean all = this.paused || this.closed || source.isHeldOff();
			List<TakenDelivery<T>> going = new ArrayList<>();
			List<TakenDelivery<T>> staying = new ArrayList<>();
			for (TakenDelivery<T> taken : this.prefetched) {
				boolean goes = taken.source() == source && (all || !LastAttempt.isOf(taken));
				(goes ? going : staying).add(taken);
			}
			place.aside.addAll(going);
			// From here on nothing needs memory.
			this.prefetched.clear();
			this.prefetched.addAll(staying);
			if (staying.isEmpty() || !LastAttempt.isOf(staying.get(0))) {
				this.waitsAloneSince = null;
			}
			place.recalls++;
			place.collectors++;
		}
		finally {
			this.lock.unlock();
		}
		source.endWait();
	}

	/**
	 * Waits until no take of a recalled queue is under way.
	 * @param atMost how long
	 * @return what goes back, oldest first
	 */
	List<TakenDelivery<T>> recalled(Source<T> source, Duration atMost) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			Place<T> place = place(source);
			long left = atMost.toNanos();
			while (place.underWay > 0 && left > 0) {
				left = this.settled.awaitNanos(left);
			}
			List<TakenDelivery<T>> aside = List.copyOf(place.aside);
			place.aside.clear();
			place.collectors--;
			return aside;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What was recalled is back. */
	void returned(Source<T> source) {
		this.lock.lock();
		try {
			Place<T> place = place(source);
			place.recalls--;
			this.changed.signalAll();
			place.turn.signal();
			grant();
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
			this.places.forEach((place) -> place.turn.signalAll());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is known of one of its queues.
	 */
	private static final class Place<T> {

		private final Source<T> source;

		/** Its thread waits for its turn. */
		private final Condition turn;

		private final List<TakenDelivery<T>> aside = new ArrayList<>();

		private boolean waits;

		/** The last take found it empty. */
		private boolean empty;

		/** How many takes are under way. */
		private int underWay;

		/** How much the last one asked for, and when it began. */
		private int asked;

		private long began;

		/** How many have it recalled. */
		private int recalls;

		/** How many of these have not collected yet what was set aside. */
		private int collectors;

		Place(Source<T> source, Condition turn) {
			this.source = source;
			this.turn = turn;
		}

		/** When its take under way is one that holds up nobody any more. */
		long silentIn() {
			return SILENT - (System.nanoTime() - this.began);
		}

	}

}
