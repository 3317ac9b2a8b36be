package dev.redisqueue.redis.upkeep;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.ServerClock;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.Promotion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes delayed messages ready when they are due: at the earliest due time that this
 * process knows, and once a second while there are any, since another process may have
 * put an earlier one.
 */
public final class DueTimer {

	private static final Logger logger = LoggerFactory.getLogger(DueTimer.class);

	private static final long LONGEST_WAIT = 1000;

	/** After this, other bulk work has its turn (ns). */
	private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(20);

	/** How often one promotion looks on, past messages that are for takers. */
	private static final int MOST_LOOKS = 10;

	private final String queue;

	private final QueueStore store;

	private final ServerClock clock;

	private final Workers workers;

	private final Runnable wake;

	private @Nullable Future<?> scheduled;

	private long scheduledFor = Long.MAX_VALUE;

	/** Where the next promotion looks on, as this one has looked often enough. */
	private volatile long passed;

	private boolean closed;

	/**
	 * Creates the timer.
	 * @param queue the name of the queue
	 * @param store promotes
	 * @param clock the time of Redis
	 * @param workers the threads
	 * @param wake wakes takers: messages are due that do not enter the ready list
	 */
	public DueTimer(String queue, QueueStore store, ServerClock clock, Workers workers, Runnable wake) {
		this.queue = queue;
		this.store = store;
		this.clock = clock;
		this.workers = workers;
		this.wake = wake;
	}

	/** A message is due at this time (ms, of Redis), as far as anyone told. */
	public synchronized void due(@Nullable Long time) {
		if (time == null || this.closed) {
			return;
		}
		schedule(Math.min(time, this.clock.now() + LONGEST_WAIT));
	}

	private synchronized void schedule(long time) {
		if (this.closed || (time >= this.scheduledFor && isAhead())) {
			return;
		}
		if (this.scheduled != null) {
			this.scheduled.cancel(false);
		}
		this.scheduledFor = time;
		try {
			this.scheduled = this.workers.after(Math.max(0, time - this.clock.now()),
					() -> this.workers.executeBulk(this::fire));
		}
		catch (RejectedExecutionException ex) {
			this.closed = true;
		}
	}

	/** One that is long past was lost, where memory ran out for instance. */
	private boolean isAhead() {
		return this.scheduledFor > this.clock.now() - LONGEST_WAIT;
	}

	private void fire() {
		synchronized (this) {
			this.scheduledFor = Long.MAX_VALUE;
			this.scheduled = null;
		}
		try {
			promote();
		}
		catch (CallFailedException ex) {
			logger.debug("Queue {}: due messages wait, Redis does not answer ({})", this.queue, ex.reason());
			schedule(this.clock.now() + LONGEST_WAIT);
		}
	}

	/**
	 * Makes ready some of what is due, in one step: for whoever waits for it. The rest is
	 * left to the timer.
	 * @return how many messages were moved
	 */
	public int promoteSome() {
		Promotion promotion = this.store.promote(this.passed);
		due(promotion.nextDue());
		return promotion.moved();
	}

	/**
	 * Makes ready what is due.
	 * @return how many messages were moved
	 */
	private int promote() {
		int all = 0;
		int looks = 1;
		long start = System.nanoTime();
		long from = this.passed;
		this.passed = 0;
		while (true) {
			Promotion promotion = this.store.promote(from);
			all += promotion.moved();
			Long next = promotion.nextDue();
			if (next == null) {
				return all;
			}
			if (next > promotion.now()) {
				due(next);
				return all;
			}
			if (promotion.moved() > 0) {
				if (System.nanoTime() - start > SLICE) {
					this.passed = from;
					schedule(promotion.now());
					return all;
				}
				continue;
			}
			Long on = promotion.passed();
			if (on == null || looks++ == MOST_LOOKS) {
				this.passed = (on != null) ? on : 0;
				// What is due goes straight to a taker.
				this.wake.run();
				schedule(promotion.now() + LONGEST_WAIT);
				return all;
			}
			from = on;
		}
	}

	/** Nothing is promoted any more. */
	public synchronized void close() {
		this.closed = true;
		if (this.scheduled != null) {
			this.scheduled.cancel(false);
		}
	}

}
