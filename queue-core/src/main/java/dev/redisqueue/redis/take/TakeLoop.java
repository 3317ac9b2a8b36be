package dev.redisqueue.redis.take;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.Delivery;
import dev.redisqueue.redis.lease.Borrower;
import dev.redisqueue.redis.lease.EarlyTake;
import dev.redisqueue.redis.lease.TakeResult;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.upkeep.QueueLife;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Takes until there is something to hand out or the time is up, and waits in between.
 *
 * @param <T> the type of the payload
 */
public final class TakeLoop<T> {

	/** What cannot be handed out is passed over for so long, whatever the timeout. */
	private static final long LONGEST_SEARCH = TimeUnit.SECONDS.toNanos(1);

	private static final long PAUSE_POLL = TimeUnit.SECONDS.toNanos(1);

	private final QueueLife life;

	private final TakeOrder order;

	private final Borrower borrower;

	private final Deliveries<T> deliveries;

	private final ArrivalWait arrivals;

	private final Failures failures;

	/** What the last take said: messages that are ready are no reason to look. */
	private volatile boolean paused;

	/**
	 * Creates the loop of a queue.
	 * @param life the queue
	 * @param order takes once
	 * @param borrower takes on arrival
	 * @param deliveries makes deliveries of loans
	 * @param arrivals waits
	 * @param failures explains what fails
	 */
	public TakeLoop(QueueLife life, TakeOrder order, Borrower borrower, Deliveries<T> deliveries, ArrivalWait arrivals,
			Failures failures) {
		this.life = life;
		this.order = order;
		this.borrower = borrower;
		this.deliveries = deliveries;
		this.arrivals = arrivals;
		this.failures = failures;
	}

	/**
	 * Takes.
	 * @param max how many at most
	 * @param nanos how long to wait for the first
	 */
	public List<Delivery<T>> take(int max, long nanos) throws InterruptedException {
		long start = System.nanoTime();
		EarlyTake early = null;
		while (true) {
			use(early);
			TakeResult result = takeOnce(max, early);
			early = null;
			this.paused = result.paused();
			List<Delivery<T>> found = this.deliveries.of(result);
			long left = nanos - (System.nanoTime() - start);
			if (!found.isEmpty()) {
				return found;
			}
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			boolean searchOn = !result.loans().isEmpty() && System.nanoTime() - start < LONGEST_SEARCH;
			if (searchOn) {
				continue;
			}
			if (left <= 0) {
				return found;
			}
			if (result.paused()) {
				this.life.await(Math.min(left, PAUSE_POLL));
			}
			else {
				early = await(max, left);
			}
		}
	}

	/**
	 * Waits until a message may be ready, and takes nothing.
	 * @param nanos how long at most
	 */
	public void awaitReady(long nanos) throws InterruptedException {
		this.life.use();
		if (this.paused) {
			this.life.await(Math.min(nanos, PAUSE_POLL));
		}
		else {
			this.arrivals.awaitReady(nanos);
		}
	}

	private void use(@Nullable EarlyTake early) {
		try {
			this.life.use();
		}
		catch (RuntimeException | Error ex) {
			if (early != null) {
				this.borrower.abandon(early);
			}
			throw ex;
		}
	}

	private TakeResult takeOnce(int max, @Nullable EarlyTake early) {
		return this.failures.explaining("take", null, () -> this.order.take(max, early));
	}

	/**
	 * Waits for a message.
	 * @return the take that was begun as soon as one was there, or {@code null}
	 */
	private @Nullable EarlyTake await(int max, long nanos) throws InterruptedException {
		OnArrival onArrival = new OnArrival(max);
		try {
			this.arrivals.await(nanos, onArrival);
			return onArrival.end();
		}
		catch (InterruptedException ex) {
			EarlyTake begun = onArrival.end();
			if (begun == null) {
				throw ex;
			}
			// What it brings is ours; calls to Redis are not interruptible.
			Thread.currentThread().interrupt();
			return begun;
		}
		catch (RuntimeException | Error ex) {
			EarlyTake begun = onArrival.end();
			if (begun != null) {
				this.borrower.abandon(begun);
			}
			throw ex;
		}
	}

	/** Takes as soon as a message has arrived, unless nobody waits for that any more. */
	private final class OnArrival implements ArrivalWait.Reaction {

		private final int max;

		private boolean ended;

		private @Nullable EarlyTake begun;

		OnArrival(int max) {
			this.max = max;
		}

		@Override
		public synchronized void begin(RedisClusterAsyncCommands<byte[], byte[]> redis) {
			if (!this.ended) {
				this.begun = TakeLoop.this.borrower.beginTake(redis, this.max);
			}
		}

		synchronized @Nullable EarlyTake end() {
			this.ended = true;
			return this.begun;
		}

	}

}
