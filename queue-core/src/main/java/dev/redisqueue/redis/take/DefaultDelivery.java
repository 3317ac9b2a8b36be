package dev.redisqueue.redis.take;

import java.lang.ref.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import dev.redisqueue.Delivery;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.lease.GuardedBackoff;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.lease.Settlement;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.link.QueueSpec;
import org.jspecify.annotations.Nullable;

/**
 * A loan, with its payload.
 *
 * @param <T> the type of the payload
 */
public final class DefaultDelivery<T> implements Delivery<T> {

	private final QueueSpec spec;

	private final Payloads<T> payloads;

	private final Settlement settlement;

	private final Failures failures;

	private final Loan loan;

	private final StoredMessage message;

	/** Where nothing refers to it any more, the whole take was settled or dropped. */
	private final Object holder;

	private volatile @Nullable T payload;

	private volatile boolean begun;

	DefaultDelivery(QueueSpec spec, Payloads<T> payloads, Settlement settlement, Failures failures, Loan loan,
			Object holder) {
		this.spec = spec;
		this.payloads = payloads;
		this.settlement = settlement;
		this.failures = failures;
		this.loan = loan;
		this.holder = holder;
		this.message = Objects.requireNonNull(loan.message(), "message");
	}

	public Loan loan() {
		return this.loan;
	}

	boolean isOf(Settlement other) {
		return this.settlement == other;
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
			this.settlement.begin(this.loan);
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
		return this.settlement.isLastAttempt(this.loan);
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
		return call("acknowledge", () -> this.settlement.ack(this.loan));
	}

	@Override
	public boolean release() {
		return call("release", () -> this.settlement.release(this.loan));
	}

	@Override
	public boolean releaseInterrupted() {
		return call("release", () -> this.settlement.releaseInterrupted(this.loan));
	}

	@Override
	public boolean retry() {
		return retry(this.settlement.delay(this.loan));
	}

	@Override
	public boolean retry(Throwable cause) {
		return retry(this.settlement.delay(this.loan), cause);
	}

	@Override
	public boolean retry(Duration delay) {
		return retry(delay, null);
	}

	@Override
	public boolean retry(Duration delay, @Nullable Throwable cause) {
		if (!GuardedBackoff.isDelay(delay)) {
			throw new IllegalArgumentException("The delay is " + delay + "; it must be between zero and "
					+ GuardedBackoff.LONGEST_DELAY.toDays() + " days");
		}
		return call(isLastAttempt() ? "bury" : "retry", () -> this.settlement.retry(this.loan, delay, cause));
	}

	@Override
	public boolean bury(String reason) {
		return bury(reason, null);
	}

	@Override
	public boolean bury(String reason, @Nullable Throwable cause) {
		Objects.requireNonNull(reason, "reason");
		return call("bury", () -> this.settlement.bury(this.loan, reason, cause));
	}

	private boolean call(String doing, Supplier<Boolean> call) {
		try {
			return this.failures.explaining(doing, id(), call);
		}
		finally {
			// Not dropped while a verb is under way.
			Reference.reachabilityFence(this.holder);
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
		return "Delivery[queue=" + this.spec.name() + ", id=" + id() + ", attempt=" + attempt() + ", "
				+ this.loan.length() + " bytes]";
	}

}
