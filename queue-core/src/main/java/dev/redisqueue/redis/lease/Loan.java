package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import org.jspecify.annotations.Nullable;

/**
 * One message that an incarnation has borrowed, and what was decided about it. A verb
 * decides at most once; where a reply was lost, the next call finds out.
 */
public final class Loan {

	private final ReentrantLock deciding = new ReentrantLock();

	private final Incarnation incarnation;

	private final OpenLoans lot;

	private final int index;

	private final long tag;

	private final @Nullable StoredMessage message;

	private final long length;

	/** When it was lent, by the local monotonic clock. */
	private final long since;

	private List<Runnable> onLoss = List.of();

	private volatile @Nullable Verb decided;

	private boolean outcome;

	/** The verb of a call that failed and may yet have been carried out. */
	private @Nullable Verb unsure;

	private boolean toldOfLoss;

	private boolean reported;

	/**
	 * Creates a loan.
	 * @param incarnation who has it
	 * @param lot what came with it
	 * @param index its place in there
	 * @param tag its tag
	 * @param message the message, or {@code null} where it was too large to be received
	 * @param length bytes of the message
	 * @param since when it was lent, by the local monotonic clock
	 */
	Loan(Incarnation incarnation, OpenLoans lot, int index, long tag, @Nullable StoredMessage message, long length,
			long since) {
		this.incarnation = incarnation;
		this.lot = lot;
		this.index = index;
		this.tag = tag;
		this.message = message;
		this.length = length;
		this.since = since;
	}

	public Incarnation incarnation() {
		return this.incarnation;
	}

	OpenLoans lot() {
		return this.lot;
	}

	int index() {
		return this.index;
	}

	public long tag() {
		return this.tag;
	}

	/** The message, or {@code null} where it was too large to be received. */
	public @Nullable StoredMessage message() {
		return this.message;
	}

	/** Bytes of the message. */
	public long length() {
		return this.length;
	}

	/** How long it has been on loan. */
	Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.since);
	}

	/** {@code false} if it was reported before. One thread asks. */
	boolean report() {
		boolean first = !this.reported;
		this.reported = true;
		return first;
	}

	/** The id that a message gets which brings none. */
	public String id() {
		return (this.message != null) ? this.message.id() : idOf(this.incarnation.id(), this.tag);
	}

	static String idOf(String consumer, long tag) {
		return consumer + "-" + tag;
	}

	/** Waits for a call that decides it at this moment. */
	public boolean isDecided() {
		if (this.decided != null || !this.deciding.isLocked()) {
			return this.decided != null;
		}
		this.deciding.lock();
		try {
			return this.decided != null;
		}
		finally {
			this.deciding.unlock();
		}
	}

	/** Whether no verb can decide it any more. */
	public boolean isOver() {
		return isDecided() || this.incarnation.isLost();
	}

	/**
	 * Decides, unless that was done.
	 * @param verb what to decide
	 * @param call the state change; where it fails, nothing is decided
	 * @return whether the message was ours, and this verb is what became of it
	 */
	boolean settle(Verb verb, Supplier<Settled> call) {
		this.deciding.lock();
		try {
			if (this.decided != null) {
				return this.decided == verb && this.outcome;
			}
			if (this.incarnation.isLost()) {
				return decide(verb, false);
			}
			Settled settled;
			try {
				settled = call.get();
			}
			catch (CallFailedException ex) {
				noteFailure(verb, ex);
				throw ex;
			}
			return conclude(verb, settled.live(), settled.count() > 0, settled.repeated());
		}
		finally {
			this.deciding.unlock();
		}
	}

	/** For a call that settles several: held from {@link #begin} to {@link #end}. */
	boolean begin() {
		this.deciding.lock();
		return this.decided == null;
	}

	/** Whether a call whose outcome is unknown may have decided. Within begin and end. */
	boolean isUnsure() {
		return this.decided == null && this.unsure != null;
	}

	void end() {
		this.deciding.unlock();
	}

	boolean outcome(Verb verb) {
		return this.decided == verb && this.outcome;
	}

	void noteFailure(Verb verb, CallFailedException failure) {
		if (failure.fate() == Fate.UNKNOWN && this.unsure == null) {
			this.unsure = verb;
		}
	}

	/**
	 * Of a live consumer nobody else removes a message: where it is missing, an earlier
	 * copy of a call whose reply was lost has settled it.
	 */
	boolean conclude(Verb verb, boolean live, boolean found, boolean repeated) {
		if (found) {
			return decide(verb, true);
		}
		if (live && this.unsure != null) {
			decide(this.unsure, true);
			return this.decided == verb;
		}
		return decide(verb, live && repeated);
	}

	private boolean decide(Verb verb, boolean outcome) {
		this.outcome = outcome;
		this.decided = verb;
		this.incarnation.forget(this);
		return outcome;
	}

	/** Runs the action once the lease is lost; at once if it is. */
	public void onLoss(Runnable action) {
		synchronized (this) {
			if (!this.toldOfLoss) {
				addOnLoss(action);
				return;
			}
		}
		action.run();
	}

	private void addOnLoss(Runnable action) {
		if (this.onLoss.isEmpty()) {
			this.onLoss = List.of(action); // Nearly always the only one.
			return;
		}
		if (this.onLoss.size() == 1) {
			this.onLoss = new ArrayList<>(this.onLoss);
		}
		this.onLoss.add(action);
	}

	/** The actions to run now that the lease is lost; each is returned once. */
	synchronized List<Runnable> loss() {
		this.toldOfLoss = true;
		List<Runnable> actions = this.onLoss;
		this.onLoss = List.of();
		return actions;
	}

	/** What can be decided. */
	public enum Verb {

		ACK, RELEASE, INTERRUPT, RETRY, BURY, DISCARD

	}

}
