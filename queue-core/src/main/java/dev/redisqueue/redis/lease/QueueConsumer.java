package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.lease.Incarnation.Tags;
import dev.redisqueue.redis.lease.Loan.Verb;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.ShortWait;
import dev.redisqueue.redis.link.Uninterruptible;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import dev.redisqueue.redis.store.LeaseStore.Taken;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer of a queue in this process. It registers at its first take, borrows
 * under its lease, settles, renews, and begins a new incarnation when the lease was lost.
 */
public final class QueueConsumer {

	private static final Logger logger = LoggerFactory.getLogger(QueueConsumer.class);

	private static final int MOST_REGISTRATIONS = 3;

	private static final long NAP = TimeUnit.MICROSECONDS.toNanos(150);

	/** Then it is repeated over another connection. */
	private static final Duration EARLY_TAKE_WAIT = Duration.ofSeconds(2);

	private final String queue;

	private final LeaseStore store;

	private final BulkAck bulkAck;

	private final Duration lease;

	private final MessageIds ids;

	private final Executor executor;

	private final HoldWatch holdWatch;

	private final Listener listener;

	private final ReentrantLock registering = new ReentrantLock();

	/** Incarnations of which Redis may still hold something. */
	private final Set<String> unrecovered = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Incarnation incarnation;

	private volatile boolean ended;

	/**
	 * Creates a consumer.
	 * @param queue the name of the queue
	 * @param store the state changes
	 * @param lease how long it keeps its messages without a heartbeat
	 * @param ids gives each incarnation its id
	 * @param executor runs what is not the caller's business
	 * @param holdWatch reports what is held for long
	 * @param listener told of each incarnation
	 */
	public QueueConsumer(String queue, LeaseStore store, Duration lease, MessageIds ids, Executor executor,
			HoldWatch holdWatch, Listener listener) {
		this.queue = queue;
		this.store = store;
		this.bulkAck = new BulkAck(store, this);
		this.lease = lease;
		this.ids = ids;
		this.executor = executor;
		this.holdWatch = holdWatch;
		this.listener = listener;
	}

	/**
	 * Borrows up to {@code most} messages that are ready.
	 * @return what was taken
	 */
	public TakeResult take(int most) {
		return take(most, this.store::take);
	}

	/** Borrows due messages that may not enter the ready list. */
	public TakeResult takeDue(int most) {
		return take(most, this.store::takeDue);
	}

	private TakeResult take(int most, TakeCall call) {
		while (true) {
			Incarnation current = current();
			Tags unseen = current.pollUnseen();
			Tags tags = (unseen != null) ? unseen : current.reserve(most);
			Taken taken;
			try {
				taken = ((unseen != null) ? (TakeCall) this.store::take : call).take(current.id(), tags.first(),
						tags.count());
			}
			catch (CallFailedException ex) {
				// That a repeat was refused says nothing about the first copy.
				if (unseen != null || ex.fate() == Fate.UNKNOWN) {
					current.repeatLater(tags);
				}
				else {
					current.release(tags);
				}
				throw ex;
			}
			TakeResult batch = lend(current, tags, taken, most);
			if (batch != null) {
				return batch;
			}
		}
	}

	/** {@code null} where that brought nothing that counts. */
	private @Nullable TakeResult lend(Incarnation current, Tags tags, Taken taken, int most) {
		switch (taken.status()) {
			case LOST -> lost(current);
			case STALE -> current.release(tags);
			case PAUSED -> {
				current.release(tags);
				return TakeResult.PAUSED;
			}
			case OK -> {
				List<Loan> loans = current.lend(tags, taken.messages());
				if (!current.isLost()) {
					return new TakeResult(giveBackSurplus(loans, most), taken.nextDue(), taken.expired(), false);
				}
			}
		}
		return null;
	}

	/**
	 * Begins to borrow over the given connection. Does not block.
	 * @return the take under way, or {@code null} where something else comes first
	 */
	public @Nullable EarlyTake beginTake(RedisClusterAsyncCommands<byte[], byte[]> redis, int most) {
		Incarnation current = this.incarnation;
		if (current == null || current.isLost() || current.hasUnseen()) {
			return null;
		}
		Tags tags = current.reserve(most);
		try {
			return new EarlyTake(current, tags, this.store.beginTake(redis, current.id(), tags.first(), tags.count()),
					System.nanoTime() + EARLY_TAKE_WAIT.toNanos());
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			// Nobody knows what Lettuce had done by then.
			current.repeatLater(tags);
			return null;
		}
	}

	/** Nobody waits for it: what it brings is found by the next take. */
	public void abandon(EarlyTake early) {
		early.incarnation().repeatLater(early.tags());
	}

	/**
	 * Borrows what a take brings that is under way.
	 * @return what was taken, or {@code null} where it came to nothing
	 */
	public @Nullable TakeResult take(EarlyTake early, int most) {
		Incarnation current = early.incarnation();
		// The reply is on its way: to fall asleep and wake up again takes as long.
		ShortWait.yieldUntil(early.reply()::isDone, System.nanoTime() + NAP);
		try {
			return lend(current, early.tags(), Uninterruptible.await(early.reply(), early.deadline()), most);
		}
		catch (ExecutionException | TimeoutException | CancellationException ex) {
			if (Fate.of(ex) == Fate.UNKNOWN) {
				current.repeatLater(early.tags());
			}
			else {
				current.release(early.tags());
			}
			return null;
		}
	}

	/** A repeated take brings what it was first asked for, which may be more. */
	private List<Loan> giveBackSurplus(List<Loan> loans, int most) {
		if (loans.size() <= most) {
			return loans;
		}
		List<Loan> surplus = loans.subList(most, loans.size());
		surplus.forEach((loan) -> loan.incarnation().forget(loan));
		giveBack(surplus.get(0).incarnation(), surplus.stream().map(Loan::tag).toList());
		return List.copyOf(loans.subList(0, most));
	}

	/** What cannot be given back now stays unknown, and the heartbeat does it. */
	private void giveBack(Incarnation current, List<Long> tags) {
		try {
			this.listener.giveBack(current.id(), tags);
		}
		catch (CallFailedException ex) {
			logger.warn("Queue {}: {} messages could not be given back yet ({}); the next heartbeat does it",
					this.queue, tags.size(), ex.reason());
		}
	}

	private Incarnation current() {
		Incarnation current = this.incarnation;
		if (current != null && !current.isLost()) {
			return current;
		}
		if (!Uninterruptible.lock(this.registering, System.nanoTime() + RedisLink.DEADLINE.toNanos())) {
			throw new CallFailedException(Fate.NOT_SENT, new IllegalStateException("registering takes too long"));
		}
		try {
			current = this.incarnation;
			for (int attempt = 1; current == null || current.isLost(); attempt++) {
				if (this.ended) {
					throw new IllegalStateException("The queue " + this.queue + " is closed");
				}
				current = register(attempt);
				this.incarnation = current;
			}
			return current;
		}
		finally {
			this.registering.unlock();
		}
	}

	/**
	 * {@code null} where another id has to be tried: that of a lost reply stays unused.
	 */
	private @Nullable Incarnation register(int attempt) {
		String id = this.ids.next();
		long time = System.nanoTime();
		int answer;
		try {
			answer = this.store.register(id, this.lease);
		}
		catch (CallFailedException ex) {
			if (ex.fate() == Fate.UNKNOWN && attempt < MOST_REGISTRATIONS) {
				return null;
			}
			throw ex;
		}
		if (answer < 0) {
			throw new CallFailedException(Fate.REFUSED,
					new IllegalStateException("its messages are stored in a newer layout than " + LeaseStore.LAYOUT
							+ ", which this version of the library does not know; update the library"));
		}
		if (answer == 0) {
			return null;
		}
		this.unrecovered.add(id);
		this.listener.registered();
		return new Incarnation(id, time);
	}

	/** Whether it is ours, and not lost: a lost one is recovered like any other. */
	public boolean isCurrent(String id) {
		Incarnation current = this.incarnation;
		return current != null && !current.isLost() && current.id().equals(id);
	}

	/** {@code false} where it has not taken anything yet, or its last one was lost. */
	boolean isRegistered() {
		Incarnation current = this.incarnation;
		return current != null && !current.isLost();
	}

	public boolean ack(Loan loan) {
		return settle(loan, Verb.ACK, () -> this.store.ack(loan.incarnation().id(), List.of(loan)));
	}

	public boolean settle(Loan loan, Verb verb, Supplier<Settled> call) {
		return loan.settle(verb, () -> noteLoss(loan.incarnation(), call.get()));
	}

	Settled noteLoss(Incarnation current, Settled settled) {
		if (!settled.live()) {
			lost(current);
		}
		return settled;
	}

	/** Acknowledges; returns how many were ours. */
	public int ackAll(Collection<Loan> loans) {
		return this.bulkAck.ackAll(loans);
	}

	/**
	 * Renews the lease, and gives back what Redis holds for us without our knowing: a
	 * lost reply, or an acknowledgement that Redis rolled back, would otherwise be
	 * renewed for ever.
	 */
	public void heartbeat() {
		Incarnation current = this.incarnation;
		if (current == null || current.isLost()) {
			return;
		}
		long time = System.nanoTime();
		long held = this.store.heartbeat(current.id(), this.lease);
		if (held < 0) {
			lost(current);
			return;
		}
		current.renewed(time);
		List<Long> ended = current.endedSuspects();
		if (!ended.isEmpty()) {
			this.store.forgetBegun(current.id(), ended);
			current.forgetSuspects(ended);
		}
		if (current.agrees(held)) {
			current.reconcile(null);
			return;
		}
		TreeSet<Long> tags = this.store.tags(current.id());
		List<Long> abandoned = current.reconcile(tags);
		if (!abandoned.isEmpty()) {
			logger.info("Queue {}: {} messages that a lost reply had left with us go back to the queue", this.queue,
					abandoned.size());
			giveBack(current, abandoned);
		}
		current.dropUnseen();
	}

	/**
	 * Tells the handlers when the lease may have run out, whether Redis answers or not,
	 * and the operator of what is held for long.
	 */
	public void watch() {
		Incarnation current = this.incarnation;
		if (current == null || current.isLost()) {
			return;
		}
		if (current.isOverdue(this.lease.minus(this.lease.dividedBy(6)))) {
			tell(current);
		}
		this.holdWatch.check(current.loans());
	}

	/** Another consumer owns what this one had: its handlers are told, and it ends. */
	private void lost(Incarnation current) {
		if (current.lose()) {
			logger.warn("Queue {}: consumer {} lost its lease; {} deliveries belong to other consumers now, "
					+ "settling them returns false", this.queue, current.id(), current.loans().size());
			tell(current);
			this.listener.lost(current.id());
		}
	}

	private void tell(Incarnation current) {
		for (Loan loan : current.loans()) {
			loan.loss().forEach(this.executor::execute);
		}
	}

	/** Nothing is left of a consumer, which may be a lost incarnation of this one. */
	public void recovered(String id) {
		this.unrecovered.remove(id);
	}

	/**
	 * Ends: nothing is taken any more, and nothing settled.
	 * @return the ids to recover: that of the incarnation that ends here, and of those
	 * that were lost just before
	 */
	public Set<String> end() {
		this.ended = true;
		this.registering.lock();
		try {
			Incarnation current = this.incarnation;
			if (current != null && current.lose()) {
				tell(current);
			}
			return Set.copyOf(this.unrecovered);
		}
		finally {
			this.registering.unlock();
		}
	}

	/**
	 * Told of the lives of a consumer.
	 */
	public interface Listener {

		/** A new incarnation was registered. */
		void registered();

		/** An incarnation lost its lease. */
		void lost(String id);

		/** An incarnation holds messages that nobody has in hand. */
		void giveBack(String id, List<Long> tags);

	}

	@FunctionalInterface
	private interface TakeCall {

		Taken take(String consumer, long first, int most);

	}

}
