package dev.redisqueue.redis.lease;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.redis.lease.Incarnation.OpenLoans;
import org.jspecify.annotations.Nullable;

/**
 * Finds deliveries that were dropped unsettled: nothing refers to them any more, so that
 * nobody can settle them. All deliveries of a take refer to one object, its holder; when
 * the collector has found that nothing does, whatever of the take is still on loan was
 * dropped. A take costs two small objects so, and a message nothing. What is settled in
 * time is forgotten together with its watch, and the collector reports nothing.
 * <p>
 * A delivery counts from one lease after the take at the earliest, as that of a dead
 * process would, and when the collector has run. Whoever works by the payload or the id
 * alone and keeps the delivery nowhere has dropped it.
 */
public final class DropWatch {

	private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();

	private final Duration patience;

	/** Found, and not taken back yet. Of the timer's thread. */
	private final List<Watch> found = new ArrayList<>();

	/**
	 * Creates the watch of a queue.
	 * @param lease its lease
	 */
	public DropWatch(Duration lease) {
		this.patience = lease;
	}

	/**
	 * Begins to watch over what a take has brought.
	 * @return what every delivery of it has to refer to for as long as it lives
	 */
	public Object watch(List<Loan> loans) {
		Object holder = new Object();
		OpenLoans last = null;
		for (int i = 0; i < loans.size(); i++) {
			OpenLoans companions = loans.get(i).companions();
			if (companions != last) {
				companions.watchedBy(new Watch(holder, this.unreachable, companions));
				last = companions;
			}
		}
		return holder;
	}

	/** What is on loan and was dropped. Of one thread; does not block. */
	List<Dropped> find() {
		for (Object next = this.unreachable.poll(); next != null; next = this.unreachable.poll()) {
			this.found.add((Watch) next);
		}
		if (this.found.isEmpty()) {
			return List.of();
		}
		this.found.removeIf(Watch::isOver);
		List<Dropped> dropped = new ArrayList<>();
		long before = System.nanoTime() - this.patience.toNanos();
		for (Watch watch : this.found) {
			if (watch.brought.since() - before < 0) {
				dropped.add(new Dropped(watch.brought.loans(), watch.taker));
			}
		}
		return dropped;
	}

	/**
	 * What one take brought and nobody can settle any more.
	 *
	 * @param loans what is left of it
	 * @param taker the thread that took it
	 */
	record Dropped(List<Loan> loans, String taker) {
	}

	/** Of one take; it lives no longer than something of the take is on loan. */
	static final class Watch extends PhantomReference<Object> {

		private final OpenLoans brought;

		private final String taker = Thread.currentThread().getName();

		Watch(Object holder, ReferenceQueue<@Nullable Object> unreachable, OpenLoans brought) {
			super(holder, unreachable);
			this.brought = brought;
		}

		/** All is settled, or none of it can be. */
		private boolean isOver() {
			List<Loan> left = this.brought.loans();
			return left.isEmpty() || left.get(0).incarnation().isLost();
		}

	}

}
