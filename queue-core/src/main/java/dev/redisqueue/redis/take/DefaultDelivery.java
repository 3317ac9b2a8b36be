package dev.redisqueue.redis.take;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.redis.QueueParts;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.lease.Loan.Verb;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.store.LeaseStore.Retried;
import dev.redisqueue.redis.store.LeaseStore.Returned;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import org.jspecify.annotations.Nullable;

/**
 * A loan, with its payload.
 *
 * @param <T> the type of the payload
 */
public final class DefaultDelivery<T> implements Delivery<T> {

	private static final Duration LONGEST_DELAY = Duration.ofDays(3660);

	private final QueueParts engine;

	private final Payloads<T> payloads;

	private final Loan loan;

	private final StoredMessage message;

	private volatile @Nullable T payload;

	private volatile boolean begun;

	DefaultDelivery(QueueParts engine, Payloads<T> payloads, Loan loan) {
		this.engine = engine;
		this.payloads = payloads;
		this.loan = loan;
		this.message = Objects.requireNonNull(loan.message(), "message");
	}

	public Loan loan() {
		return this.loan;
	}

	public boolean isOf(QueueParts other) {
		return this.engine == other;
	}

	@Override
	public T payload() {
		begin();
		T decoded = this.payload;
		if (decoded == null) {
			decoded = this.payloads.decode(this.message,
					"It is still on loan: bury the delivery, its bytes go with it");
			this.payload = decoded;
		}
		return decoded;
	}

	@Override
	public byte[] bytes() {
		begin();
		return this.message.payload();
	}

	/**
	 * Whoever reads the payload begins to work on it. Of a message that recovery brought
	 * back this is noted, so that one which kills every process ends as a dead letter.
	 */
	private void begin() {
		if (this.begun || !this.message.isSuspect()) {
			return;
		}
		call("begin", () -> {
			this.engine.leases().begin(this.loan.incarnation().id(), this.loan.tag());
			return true;
		});
		this.begun = true;
	}

	@Override
	public String id() {
		return this.message.id();
	}

	@Override
	public int attempt() {
		return this.message.attempt();
	}

	@Override
	public int interruptions() {
		return this.message.interruptions();
	}

	@Override
	public boolean isLastAttempt() {
		return this.message.isLastAttempt(this.engine.options().maxAttempts());
	}

	@Override
	public boolean isRecovered() {
		return this.message.isSuspect();
	}

	@Override
	public Map<String, String> headers() {
		return this.message.headers();
	}

	@Override
	public Optional<Instant> putAt() {
		return this.message.time(FrameHead.PUT_AT);
	}

	@Override
	public boolean ack() {
		return call("acknowledge", () -> this.engine.consumer().ack(this.loan));
	}

	@Override
	public boolean release() {
		return call("release",
				() -> this.engine.consumer().settle(this.loan, Verb.RELEASE, () -> giveBack(null, null)));
	}

	@Override
	public boolean releaseInterrupted() {
		byte[] next = this.message.reframed(this.message.head()
			.with(FrameHead.ATTEMPT, attempt() + 1)
			.with(FrameHead.INTERRUPTED, interruptions() + 1)
			.without(FrameHead.RECOVERED));
		return call("release",
				() -> this.engine.consumer().settle(this.loan, Verb.INTERRUPT, () -> giveBack(next, "interrupted")));
	}

	/** To the head, as it was stored where there is no new message. */
	private Settled giveBack(byte @Nullable [] next, @Nullable String total) {
		if (isRaw() && (next != null || this.message.isFramed())) {
			// No frame enters the list of a raw queue.
			return retry(next, Duration.ZERO, total);
		}
		return this.engine.leases()
			.release(this.loan.incarnation().id(), total, List.of(new Returned(this.loan.tag(), next)));
	}

	@Override
	public boolean retry() {
		return retry(this.engine.options().backoff().delay(attempt()));
	}

	@Override
	public boolean retry(Throwable cause) {
		return retry(this.engine.options().backoff().delay(attempt()), cause);
	}

	@Override
	public boolean retry(Duration delay) {
		return retry(delay, null);
	}

	@Override
	public boolean retry(Duration delay, @Nullable Throwable cause) {
		if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
			throw new IllegalArgumentException(
					"The delay is " + delay + "; it must be between zero and " + LONGEST_DELAY.toDays() + " days");
		}
		if (isLastAttempt()) {
			return call("bury", () -> this.engine.consumer()
				.settle(this.loan, Verb.RETRY, () -> letter("attempts exhausted", cause)));
		}
		byte[] next = nextAttempt(cause);
		return call("retry",
				() -> this.engine.consumer().settle(this.loan, Verb.RETRY, () -> retry(next, delay, "retried")));
	}

	private byte[] nextAttempt(@Nullable Throwable cause) {
		FrameHead head = this.message.head().with(FrameHead.ATTEMPT, attempt() + 1).without(FrameHead.RECOVERED);
		if (this.message.field(FrameHead.FIRST_FAILED_AT) == null) {
			head.with(FrameHead.FIRST_FAILED_AT, this.engine.knownClock().now());
		}
		if (cause != null) {
			head.with(FrameHead.CAUSE, cause.getClass().getName())
				.without(FrameHead.CAUSE_MESSAGE)
				.with(FrameHead.CAUSE_MESSAGE, LetterFrame.cut(cause.getMessage()));
		}
		return this.message.reframed(head);
	}

	private Settled retry(byte @Nullable [] next, Duration delay, @Nullable String total) {
		Retried retried = this.engine.leases()
			.retry(this.loan.incarnation().id(), this.loan.tag(), isRaw() ? 't' : 'k', next, delay, total);
		this.engine.dueTimer().due(retried.due());
		return retried.settled();
	}

	@Override
	public boolean bury(String reason) {
		return bury(reason, null);
	}

	@Override
	public boolean bury(String reason, @Nullable Throwable cause) {
		Objects.requireNonNull(reason, "reason");
		return call("bury", () -> this.engine.consumer().settle(this.loan, Verb.BURY, () -> letter(reason, cause)));
	}

	private Settled letter(String reason, @Nullable Throwable cause) {
		byte[] head = LetterFrame.head(id(), reason, cause, attempt());
		return this.engine.leases().bury(this.loan.incarnation().id(), this.loan.tag(), LetterFrame.id(id()), head);
	}

	private boolean isRaw() {
		return this.engine.options().format() == MessageFormat.RAW;
	}

	private boolean call(String doing, BooleanSupplier call) {
		try {
			return call.getAsBoolean();
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().call(doing, id(), ex);
		}
	}

	@Override
	public boolean isSettled() {
		return this.loan.isOver();
	}

	@Override
	public void onLeaseLost(Runnable action) {
		this.loan.onLoss(Objects.requireNonNull(action, "action"));
	}

	@Override
	public void close() {
		if (!this.loan.isDecided()) {
			retry();
		}
	}

	@Override
	public String toString() {
		return "Delivery[queue=" + this.engine.name() + ", id=" + id() + ", attempt=" + attempt() + ", "
				+ this.loan.length() + " bytes]";
	}

}
