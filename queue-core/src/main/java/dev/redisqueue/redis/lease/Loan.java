package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.lease.Incarnation.OpenLoans;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import org.jspecify.annotations.Nullable;

/**
 * One message that an incarnation has borrowed, and what was decided about it. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * open            a verb: decided when its reply    nothing is decided
 *                 came, unsure when that was lost
 * unsure          the next verb                     of a live consumer nobody else removes a message:
 *                                                   where it is missing now, the unsure verb was
 *                                                   carried out, and that is what is decided
 * decided         nobody                            verb and outcome never change, and the incarnation
 *                                                   has forgotten the loan, unless it is lost
 * forgotten       the heartbeat, which finds its    nobody has it in hand: it was not handed out and
 *                 tag unknown and gives it back     could not be put aside, or was too much of a take
 * lost            the next verb                     the incarnation is lost: it is decided with the
 *                                                   outcome false
 * </pre>
 * <p>
 * Moved by the thread that has begun it, one at a time. Whoever settles several begins
 * them in the order of their tags.
 */
public final class Loan {

	private final ReentrantLock deciding = new ReentrantLock();

	private final Incarnation incarnation;

	private final OpenLoans companions;

	private final long tag;

	private final @Nullable StoredMessage message;

	private final long length;

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
	 * @param companions what came with it, itself among them
	 * @param tag its tag
	 * @param message the message, or {@code null} where it was too large to be received
	 * @param length bytes of the message
	 */
	Loan(Incarnation incarnation, OpenLoans companions, long tag, @Nullable StoredMessage message, long length) {
		this.incarnation = incarnation;
		this.companions = companions;
		this.tag = tag;
		this.message = message;
		this.length = length;
	}

	public Incarnation incarnation() {
		return this.incarnation;
	}

	OpenLoans companions() {
		return this.companions;
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
		return Duration.ofNanos(System.nanoTime() - this.companions.since());
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
	 * Whoever settles it has it from here to {@link #end}.
	 * @return whether it is not decided
	 */
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

	/**
	 * Of a verb that failed. Where it is not known to have changed nothing, be it that it
	 * was carried out and its reply could not be read for want of memory, it may have
	 * decided.
	 */
	void noteFailure(Verb verb, Throwable failure) {
		boolean nothing = failure instanceof CallFailedException known && known.fate() != Fate.UNKNOWN;
		if (!nothing && this.decided == null && this.unsure == null) {
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
		this.incarnation.settled(this);
		return outcome;
	}

	/**
	 * Nobody has it in hand any more: the heartbeat gives back what Redis still holds.
	 */
	public void abandon() {
		this.incarnation.abandon(this);
	}

	/** Nobody has them in hand any more. Needs no memory. */
	static void abandon(List<Loan> loans) {
		for (int i = 0; i < loans.size(); i++) {
			loans.get(i).abandon();
		}
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

	/**
	 * The lease is lost: hands on each action that is to run now. One that cannot be
	 * handed on stays for the next call.
	 */
	synchronized void tellLoss(Executor executor) {
		this.toldOfLoss = true;
		while (!this.onLoss.isEmpty()) {
			executor.execute(this.onLoss.get(0));
			this.onLoss = (this.onLoss.size() > 1) ? new ArrayList<>(this.onLoss.subList(1, this.onLoss.size()))
					: List.of();
		}
	}

	/** What can be decided. */
	enum Verb {

		ACK, RELEASE, INTERRUPT, RETRY, BURY, DISCARD, TAKE_BACK

	}

}
