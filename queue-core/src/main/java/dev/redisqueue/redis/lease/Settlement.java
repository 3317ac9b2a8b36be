package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Refusal;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.lease.Loan.Verb;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LeaseStore.Retried;
import dev.redisqueue.redis.store.LeaseStore.Returned;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import org.jspecify.annotations.Nullable;

/**
 * Ends loans: each verb writes the message anew where it changes, and moves it in one
 * script. All return whether the message was ours and this verb is what became of it.
 */
public final class Settlement {

	private final QueueSpec spec;

	private final LeaseStore store;

	private final LeaseLoss loss;

	private final RedisLink link;

	private final Consumer<@Nullable Long> due;

	private final GuardedBackoff backoff;

	/**
	 * Creates the settlement of a queue's loans.
	 * @param spec the queue
	 * @param store the state changes
	 * @param loss told where a reply says that the lease was lost
	 * @param link tells the time of Redis
	 * @param due told when a message is due that was put off (ms)
	 */
	public Settlement(QueueSpec spec, LeaseStore store, LeaseLoss loss, RedisLink link, Consumer<@Nullable Long> due) {
		this.spec = spec;
		this.store = store;
		this.loss = loss;
		this.link = link;
		this.due = due;
		this.backoff = new GuardedBackoff(spec);
	}

	/** Notes that the handler of a recovered message begins. */
	public void begin(Loan loan) {
		this.store.begin(loan.incarnation().id(), loan.tag());
	}

	/** taken → gone. */
	public boolean ack(Loan loan) {
		return settle(loan, Verb.ACK, (consumer) -> this.store.ack(consumer, loan.tag()));
	}

	/** taken → ready, at the head, as it was. */
	public boolean release(Loan loan) {
		return settle(loan, Verb.RELEASE, (consumer) -> {
			// No frame enters the list of a raw queue.
			boolean toTaker = this.spec.isRaw() && received(loan).isFramed();
			return toTaker ? putOff(consumer, loan, null, Duration.ZERO, LeaseStore.NO_TOTAL)
					: this.store.release(consumer, LeaseStore.NO_TOTAL, List.of(new Returned(loan.tag(), null)));
		});
	}

	/** taken → ready, at the head, with one more attempt that nobody holds against it. */
	public boolean releaseInterrupted(Loan loan) {
		StoredMessage message = received(loan);
		byte[] next = message.reframed(message.head()
			.with(FrameHead.ATTEMPT, message.attempt() + 1)
			.with(FrameHead.INTERRUPTED, message.interruptions() + 1)
			.without(FrameHead.RECOVERED));
		return settle(loan, Verb.INTERRUPT,
				(consumer) -> this.spec.isRaw() ? putOff(consumer, loan, next, Duration.ZERO, "interrupted")
						: this.store.release(consumer, "interrupted", List.of(new Returned(loan.tag(), next))));
	}

	/** taken → delayed, with one more attempt; taken → dead on the last one. */
	public boolean retry(Loan loan, Duration delay, @Nullable Throwable cause) {
		if (isLastAttempt(loan)) {
			return settle(loan, Verb.RETRY, letter(loan, "attempts exhausted", cause));
		}
		byte[] next = nextAttempt(received(loan), cause);
		return settle(loan, Verb.RETRY, (consumer) -> putOff(consumer, loan, next, delay, "retried"));
	}

	/**
	 * taken → ready, at the head, with one more attempt, from whoever does not settle it;
	 * taken → dead on the last one.
	 */
	boolean takeBack(Loan loan) {
		if (isLastAttempt(loan)) {
			return settle(loan, Verb.TAKE_BACK,
					letter(loan, "attempts exhausted: it was not settled during the last attempt", null));
		}
		StoredMessage message = received(loan);
		byte[] next = message
			.reframed(message.head().with(FrameHead.ATTEMPT, message.attempt() + 1).with(FrameHead.RECOVERED, 1));
		return settle(loan, Verb.TAKE_BACK,
				(consumer) -> this.spec.isRaw() ? putOff(consumer, loan, next, Duration.ZERO, "recovered")
						: this.store.release(consumer, "recovered", List.of(new Returned(loan.tag(), next))));
	}

	/** How long to put it off where the caller does not say. */
	public Duration delay(Loan loan) {
		return this.backoff.delay(received(loan).attempt());
	}

	/** Whether one more failure is too many. */
	public boolean isLastAttempt(Loan loan) {
		return received(loan).isLastAttempt(this.spec.options().maxAttempts());
	}

	private byte[] nextAttempt(StoredMessage message, @Nullable Throwable cause) {
		FrameHead head = message.head().with(FrameHead.ATTEMPT, message.attempt() + 1).without(FrameHead.RECOVERED);
		if (message.field(FrameHead.FIRST_FAILED_AT) == null) {
			head.with(FrameHead.FIRST_FAILED_AT, this.link.knownClock().now());
		}
		if (cause != null) {
			head.with(FrameHead.CAUSE, cause.getClass().getName())
				.without(FrameHead.CAUSE_MESSAGE)
				.with(FrameHead.CAUSE_MESSAGE, LetterFrame.cut(cause.getMessage()));
		}
		return message.reframed(head);
	}

	private Settled putOff(String consumer, Loan loan, byte @Nullable [] next, Duration delay, String total) {
		Retried retried = this.store.retry(consumer, loan.tag(), this.spec.isRaw() ? 't' : 'k', next, delay, total);
		this.due.accept(retried.due());
		return retried.settled();
	}

	/** taken → dead. */
	public boolean bury(Loan loan, String reason, @Nullable Throwable cause) {
		return settle(loan, Verb.BURY, letter(loan, reason, cause));
	}

	/** taken → dead: a message that may not be handed out. */
	public boolean bury(Loan loan, Refusal refusal) {
		StoredMessage message = loan.message();
		int attempts = (message != null) ? message.attempt() : 1;
		byte[] head = LetterFrame.head(loan.id(), refusal.reason(), null, attempts);
		String id = LetterFrame.id(loan.id());
		return settle(loan, Verb.BURY,
				(consumer) -> refusal.isExpiry() ? this.store.buryExpired(consumer, loan.tag(), id, head)
						: this.store.bury(consumer, loan.tag(), id, head));
	}

	private StateChange letter(Loan loan, String reason, @Nullable Throwable cause) {
		return (consumer) -> {
			byte[] head = LetterFrame.head(loan.id(), reason, cause, received(loan).attempt());
			return this.store.bury(consumer, loan.tag(), LetterFrame.id(loan.id()), head);
		};
	}

	/** taken → gone: a message whose time has passed. */
	public boolean discard(Loan loan) {
		return settle(loan, Verb.DISCARD, (consumer) -> this.store.discardExpired(consumer, loan.tag()));
	}

	/** Of a loan whose message was loaded. */
	private static StoredMessage received(Loan loan) {
		return Objects.requireNonNull(loan.message(), "message");
	}

	private boolean settle(Loan loan, Verb verb, StateChange change) {
		boolean undecided = loan.begin();
		try {
			if (!undecided) {
				return loan.outcome(verb);
			}
			Incarnation owner = loan.incarnation();
			if (owner.isLost()) {
				return loan.conclude(verb, false, false, false);
			}
			Settled settled = change.make(owner.id());
			this.loss.note(owner, settled);
			return loan.conclude(verb, settled.live(), settled.count() > 0, settled.repeated());
		}
		catch (RuntimeException | Error ex) {
			loan.noteFailure(verb, ex);
			throw ex;
		}
		finally {
			loan.end();
		}
	}

	@FunctionalInterface
	private interface StateChange {

		Settled make(String consumer);

	}

}
