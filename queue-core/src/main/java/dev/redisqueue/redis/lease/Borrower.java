package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import dev.redisqueue.redis.lease.Incarnation.Tags;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.Uninterruptible;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LeaseStore.TakeReply;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Borrows messages in the name of the consumer. A take whose reply was not seen is
 * repeated with the same tags before anything else is taken.
 */
public final class Borrower {

	/** Then it is repeated over another connection. */
	private static final Duration EARLY_TAKE_WAIT = Duration.ofSeconds(2);

	private final LeaseStore store;

	private final Registration registration;

	private final LeaseLoss loss;

	private final Recoverer recoverer;

	/**
	 * Creates a borrower.
	 * @param store the state changes
	 * @param registration in whose name
	 * @param loss told where a reply says that the lease was lost
	 * @param recoverer gives back what is too much
	 */
	public Borrower(LeaseStore store, Registration registration, LeaseLoss loss, Recoverer recoverer) {
		this.store = store;
		this.registration = registration;
		this.loss = loss;
		this.recoverer = recoverer;
	}

	/** Borrows up to so many messages that are ready. */
	public TakeResult take(int most) {
		return take(most, this.store::take);
	}

	/** Borrows due messages that may not enter the ready list. */
	public TakeResult takeDue(int most) {
		return take(most, this.store::takeDue);
	}

	private TakeResult take(int most, TakeCall call) {
		while (true) {
			Incarnation current = this.registration.current();
			Tags unseen = current.pollUnseen();
			Tags tags = (unseen != null) ? unseen : current.reserve(most);
			try {
				TakeReply reply = ((unseen != null) ? (TakeCall) this.store::take : call).take(current.id(),
						tags.first(), tags.count());
				TakeResult result = lend(current, tags, reply, most);
				if (result != null) {
					return result;
				}
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
			catch (RuntimeException | Error ex) {
				current.repeatLater(tags);
				throw ex;
			}
		}
	}

	/**
	 * {@code null} where that brought nothing that counts. The tags are given back, or it
	 * throws and has lent nothing.
	 */
	private @Nullable TakeResult lend(Incarnation current, Tags tags, TakeReply reply, int most) {
		switch (reply.status()) {
			case LOST -> this.loss.lost(current);
			case STALE -> current.release(tags);
			case PAUSED -> {
				current.release(tags);
				return TakeResult.PAUSED;
			}
			case OK -> {
				return lent(current.lend(tags, reply.messages()), reply, most);
			}
		}
		return null;
	}

	/** From here to its caller the loans belong to the result. */
	private @Nullable TakeResult lent(List<Loan> loans, TakeReply reply, int most) {
		try {
			if (!loans.isEmpty() && loans.get(0).incarnation().isLost()) {
				return null;
			}
			return new TakeResult(giveBackSurplus(loans, most), reply.nextDue(), reply.expired(), false);
		}
		catch (RuntimeException | Error ex) {
			Loan.abandon(loans);
			throw ex;
		}
	}

	/** A repeated take brings what it was first asked for, which may be more. */
	private List<Loan> giveBackSurplus(List<Loan> loans, int most) {
		if (loans.size() <= most) {
			return loans;
		}
		List<Loan> surplus = loans.subList(most, loans.size());
		Loan.abandon(surplus);
		this.recoverer.giveBackOrLeave(surplus.get(0).incarnation().id(), surplus.stream().map(Loan::tag).toList());
		return List.copyOf(loans.subList(0, most));
	}

	/**
	 * Begins to borrow over the given connection. Does not block.
	 * @return the take under way, or {@code null} where something else comes first
	 */
	public @Nullable EarlyTake beginTake(RedisClusterAsyncCommands<byte[], byte[]> redis, int most) {
		Incarnation current = this.registration.live();
		if (current == null || current.hasUnseen()) {
			return null;
		}
		Tags tags = current.reserve(most);
		try {
			return new EarlyTake(current, tags, this.store.beginTake(redis, current.id(), tags.first(), tags.count()),
					System.nanoTime() + EARLY_TAKE_WAIT.toNanos());
		}
		catch (RuntimeException | Error ex) {
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
		catch (RuntimeException | Error ex) {
			current.repeatLater(early.tags());
			throw ex;
		}
	}

	@FunctionalInterface
	private interface TakeCall {

		TakeReply take(String consumer, long first, int most);

	}

}
