package dev.redisqueue.redis.take;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.redis.lease.Borrower;
import dev.redisqueue.redis.lease.EarlyTake;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.lease.TakeResult;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.ServerClock;
import dev.redisqueue.redis.upkeep.DeadConsumers;
import dev.redisqueue.redis.upkeep.DueTimer;
import org.jspecify.annotations.Nullable;

/**
 * Where one take looks, in this order: what was begun on arrival; due messages that may
 * not enter the ready list, for half of a batch (those of raw queues that have a head);
 * the ready list; and where that is empty, what is due and not yet promoted.
 */
public final class TakeOrder {

	private final boolean raw;

	private final RedisLink link;

	private final Borrower borrower;

	private final DueTimer dueTimer;

	private final DeadConsumers dead;

	/**
	 * Whether messages are due that come straight to a taker: framed ones of a raw queue.
	 */
	private volatile boolean dueForTakers;

	private volatile boolean dueTurn;

	/** When Redis last answered a take, by the local monotonic clock. */
	private volatile @Nullable Long polled;

	/**
	 * Creates the order of a queue.
	 * @param raw whether its messages have no head
	 * @param link tells the time of Redis
	 * @param borrower takes
	 * @param dueTimer told when something is due
	 * @param dead told who has expired
	 */
	public TakeOrder(boolean raw, RedisLink link, Borrower borrower, DueTimer dueTimer, DeadConsumers dead) {
		this.raw = raw;
		this.link = link;
		this.borrower = borrower;
		this.dueTimer = dueTimer;
		this.dead = dead;
	}

	/** How long ago Redis last answered a take, or {@code null} if it never did. */
	public @Nullable Duration lastPoll() {
		Long time = this.polled;
		return (time != null) ? Duration.ofNanos(System.nanoTime() - time) : null;
	}

	TakeResult take(int max, @Nullable EarlyTake early) {
		// Known before anything is borrowed: nothing may fail between a loan and its
		// delivery.
		ServerClock clock = knownClock(early);
		TakeResult arrived = (early != null) ? this.borrower.take(early, max) : null;
		if (arrived != null && !arrived.loans().isEmpty()) {
			note(arrived, clock);
			return arrived;
		}
		// Half of a batch; of batches of one, every other.
		TakeResult due = (this.dueForTakers && (max > 1 || this.dueTurn)) ? this.borrower.takeDue(Math.max(1, max / 2))
				: TakeResult.NOTHING;
		this.dueTurn = !this.dueTurn;
		if (due.loans().size() == max) {
			this.polled = System.nanoTime();
			return due;
		}
		TakeResult ready = takeReady(max - due.loans().size(), due);
		return (note(ready, clock) && ready.loans().isEmpty()) ? takeOverdue(max) : ready;
	}

	/** Of a take that is under way: it is handed on, or given back here. */
	private ServerClock knownClock(@Nullable EarlyTake early) {
		try {
			return this.link.knownClock();
		}
		catch (RuntimeException | Error ex) {
			if (early != null) {
				this.borrower.abandon(early);
			}
			throw ex;
		}
	}

	/**
	 * What a take tells beside its messages. Returns whether something is overdue. Where
	 * it throws, the messages are given back.
	 */
	private boolean note(TakeResult result, ServerClock clock) {
		try {
			return noted(result, clock);
		}
		catch (RuntimeException | Error ex) {
			result.abandon();
			throw ex;
		}
	}

	private boolean noted(TakeResult result, ServerClock clock) {
		this.polled = System.nanoTime();
		Long next = result.nextDue();
		boolean overdue = next != null && next <= clock.now();
		this.dueForTakers = overdue && this.raw;
		this.dueTimer.due(next);
		this.dead.expired(result.expired());
		return overdue;
	}

	/** What was borrowed before is handed out, even where this call fails. */
	private TakeResult takeReady(int max, TakeResult due) {
		TakeResult ready;
		try {
			ready = this.borrower.take(max);
		}
		catch (CallFailedException ex) {
			if (due.loans().isEmpty()) {
				throw ex;
			}
			return due;
		}
		catch (RuntimeException | Error ex) {
			due.abandon();
			throw ex;
		}
		if (due.loans().isEmpty()) {
			return ready;
		}
		try {
			List<Loan> all = new ArrayList<>(due.loans());
			all.addAll(ready.loans());
			return new TakeResult(all, ready.nextDue(), ready.expired(), ready.paused());
		}
		catch (RuntimeException | Error ex) {
			due.abandon();
			ready.abandon();
			throw ex;
		}
	}

	/** Nothing is ready, but something is due: the timer is not there yet. */
	private TakeResult takeOverdue(int max) {
		if (this.raw) {
			TakeResult due = this.borrower.takeDue(max);
			if (!due.loans().isEmpty()) {
				return due;
			}
		}
		return (this.dueTimer.promoteSome() > 0) ? this.borrower.take(max) : TakeResult.NOTHING;
	}

}
