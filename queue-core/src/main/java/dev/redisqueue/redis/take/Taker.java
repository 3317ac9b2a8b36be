package dev.redisqueue.redis.take;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.Delivery;
import dev.redisqueue.ExpiryPolicy;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.QueueParts;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.lease.EarlyTake;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.lease.Loan.Verb;
import dev.redisqueue.redis.lease.TakeResult;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.ServerClock;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Borrows messages, waits for them, and keeps back what cannot be handed out.
 *
 * @param <T> the type of the payload
 */
public final class Taker<T> {

	static final String UNKNOWN_VERSION = "a frame of an unknown version: update the library, then redrive";

	static final String EXPIRED = "expired";

	static final String UNDECODABLE = "undecodable";

	private static final Logger logger = LoggerFactory.getLogger(Taker.class);

	/** What cannot be handed out is passed over for so long, whatever the timeout. */
	private static final long LONGEST_SEARCH = TimeUnit.SECONDS.toNanos(1);

	private static final long PAUSE_POLL = TimeUnit.SECONDS.toNanos(1);

	private final QueueParts engine;

	private final Payloads<T> payloads;

	private final boolean raw;

	/**
	 * Whether messages are due that come straight to a taker: framed ones of a raw queue.
	 */
	private volatile boolean dueForTakers;

	private volatile boolean dueTurn;

	/** When Redis last answered a take, by the local monotonic clock. */
	private volatile @Nullable Long polled;

	public Taker(QueueParts engine, Payloads<T> payloads) {
		this.engine = engine;
		this.payloads = payloads;
		this.raw = engine.options().format() == MessageFormat.RAW;
	}

	static String tooLarge(long length, QueueOptions options) {
		return "too large to be received: " + length + " bytes, the limit is " + options.maxReceivedBytes()
				+ " (max-received-size)";
	}

	public List<Delivery<T>> take(int max, long nanos) throws InterruptedException {
		long start = System.nanoTime();
		EarlyTake early = null;
		while (true) {
			this.engine.use();
			TakeResult batch = takeOnce(max, early);
			early = null;
			List<Delivery<T>> deliveries = handOut(batch.loans());
			long left = nanos - (System.nanoTime() - start);
			if (!deliveries.isEmpty()) {
				return deliveries;
			}
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			boolean searchOn = !batch.loans().isEmpty() && System.nanoTime() - start < LONGEST_SEARCH;
			if (searchOn) {
				continue;
			}
			if (left <= 0) {
				return deliveries;
			}
			if (batch.paused()) {
				this.engine.arrivals().pause(Math.min(left, PAUSE_POLL));
			}
			else {
				early = await(max, left);
			}
		}
	}

	/**
	 * Waits for a message.
	 * @return the take that was begun as soon as one was there, or {@code null}
	 */
	private @Nullable EarlyTake await(int max, long nanos) throws InterruptedException {
		OnArrival onArrival = new OnArrival(max);
		try {
			this.engine.arrivals().await(nanos, onArrival);
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
				this.engine.consumer().abandon(begun);
			}
			throw ex;
		}
	}

	/** How long ago Redis last answered a take, or {@code null} if it never did. */
	public @Nullable Duration lastPoll() {
		Long time = this.polled;
		return (time != null) ? Duration.ofNanos(System.nanoTime() - time) : null;
	}

	private TakeResult takeOnce(int max, @Nullable EarlyTake early) {
		try {
			// Known before anything is borrowed: nothing may fail between a loan and its
			// delivery.
			ServerClock clock = this.engine.knownClock();
			TakeResult arrived = (early != null) ? this.engine.consumer().take(early, max) : null;
			if (arrived != null && !arrived.loans().isEmpty()) {
				note(arrived, clock);
				return arrived;
			}
			// Half of a batch; of batches of one, every other.
			TakeResult due = (this.dueForTakers && (max > 1 || this.dueTurn))
					? this.engine.consumer().takeDue(Math.max(1, max / 2)) : TakeResult.NOTHING;
			this.dueTurn = !this.dueTurn;
			if (due.loans().size() == max) {
				this.polled = System.nanoTime();
				return due;
			}
			TakeResult ready = takeReady(max - due.loans().size(), due);
			return (note(ready, clock) && ready.loans().isEmpty()) ? takeOverdue(max) : ready;
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().call("take", null, ex);
		}
	}

	/** What a take tells beside its messages. Returns whether something is overdue. */
	private boolean note(TakeResult batch, ServerClock clock) {
		this.polled = System.nanoTime();
		Long next = batch.nextDue();
		boolean overdue = next != null && next <= clock.now();
		this.dueForTakers = overdue && this.raw;
		this.engine.dueTimer().due(next);
		this.engine.ticker().expired(batch.expired());
		return overdue;
	}

	/** What was borrowed before is handed out, even where this call fails. */
	private TakeResult takeReady(int max, TakeResult due) {
		try {
			TakeResult ready = this.engine.consumer().take(max);
			if (due.loans().isEmpty()) {
				return ready;
			}
			List<Loan> all = new ArrayList<>(due.loans());
			all.addAll(ready.loans());
			return new TakeResult(all, ready.nextDue(), ready.expired(), ready.paused());
		}
		catch (CallFailedException ex) {
			if (due.loans().isEmpty()) {
				throw ex;
			}
			return due;
		}
	}

	/** Nothing is ready, but something is due: the timer is not there yet. */
	private TakeResult takeOverdue(int max) {
		if (this.raw) {
			TakeResult due = this.engine.consumer().takeDue(max);
			if (!due.loans().isEmpty()) {
				return due;
			}
		}
		return (this.engine.dueTimer().promote() > 0) ? this.engine.consumer().take(max) : TakeResult.NOTHING;
	}

	private List<Delivery<T>> handOut(List<Loan> loans) {
		List<Delivery<T>> deliveries = new ArrayList<>(loans.size());
		boolean away = false;
		for (Loan loan : loans) {
			String refusal = refusal(loan);
			if (away && refusal != null) {
				loan.incarnation().forget(loan);
			}
			else if (refusal == null) {
				deliveries.add(new DefaultDelivery<>(this.engine, this.payloads, loan));
			}
			else {
				away = !keepBack(loan, refusal);
			}
		}
		return deliveries;
	}

	private @Nullable String refusal(Loan loan) {
		StoredMessage message = loan.message();
		if (message == null) {
			return tooLarge(loan.length(), this.engine.options());
		}
		if (this.payloads.isTooLarge(message)) {
			return tooLarge(loan.length(), this.engine.options());
		}
		if (StoredMessage.isUnknownVersion(message.stored())) {
			return UNKNOWN_VERSION;
		}
		return (message.expires() && message.isExpired(this.engine.knownClock())) ? EXPIRED : null;
	}

	/** {@code false} where Redis did not answer. */
	private boolean keepBack(Loan loan, String reason) {
		try {
			if (EXPIRED.equals(reason) && this.engine.options().expiredMessages() == ExpiryPolicy.DISCARD) {
				discard(loan);
			}
			else {
				bury(loan, reason);
			}
			return true;
		}
		catch (CallFailedException ex) {
			// Nobody has it in hand now: the heartbeat finds it unknown and gives it
			// back.
			loan.incarnation().forget(loan);
			logger.warn(
					"Queue {}: message {} cannot be handed out nor put aside now ({}) and goes back to the queue: {}",
					this.engine.name(), loan.id(), ex.reason(), reason);
			return false;
		}
	}

	private void discard(Loan loan) {
		if (this.engine.consumer()
			.settle(loan, Verb.DISCARD,
					() -> this.engine.leases().discardExpired(loan.incarnation().id(), loan.tag()))) {
			logger.debug("Queue {}: message {} had expired and was discarded", this.engine.name(), loan.id());
		}
	}

	private void bury(Loan loan, String reason) {
		StoredMessage message = loan.message();
		int attempts = (message != null) ? message.attempt() : 1;
		byte[] head = LetterFrame.head(loan.id(), reason, null, attempts);
		if (this.engine.consumer().settle(loan, Verb.BURY, () -> bury(loan, head, EXPIRED.equals(reason)))) {
			logger.warn("Queue {}: message {} became a dead letter: {}", this.engine.name(), loan.id(), reason);
		}
	}

	private Settled bury(Loan loan, byte[] head, boolean expired) {
		String consumer = loan.incarnation().id();
		String id = LetterFrame.id(loan.id());
		return expired ? this.engine.leases().buryExpired(consumer, loan.tag(), id, head)
				: this.engine.leases().bury(consumer, loan.tag(), id, head);
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
				this.begun = Taker.this.engine.consumer().beginTake(redis, this.max);
			}
		}

		synchronized @Nullable EarlyTake end() {
			this.ended = true;
			return this.begun;
		}

	}

}
