package dev.redisqueue.redis.take;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.ExpiryPolicy;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.Refusal;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.lease.DropWatch;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.lease.Settlement;
import dev.redisqueue.redis.lease.TakeResult;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.link.QueueSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes deliveries of loans, and keeps back what may not be handed out.
 *
 * @param <T> the type of the payload
 */
public final class Deliveries<T> {

	private static final Logger logger = LoggerFactory.getLogger(Deliveries.class);

	private final QueueSpec spec;

	private final HandOutRule rule;

	private final Settlement settlement;

	private final Payloads<T> payloads;

	private final Failures failures;

	private final DropWatch drops;

	/**
	 * Creates the deliveries of a queue.
	 * @param spec the queue
	 * @param rule says what may be handed out
	 * @param settlement ends loans
	 * @param payloads decodes
	 * @param failures explains what fails
	 * @param drops watches over what was handed out
	 */
	public Deliveries(QueueSpec spec, HandOutRule rule, Settlement settlement, Payloads<T> payloads, Failures failures,
			DropWatch drops) {
		this.spec = spec;
		this.rule = rule;
		this.settlement = settlement;
		this.payloads = payloads;
		this.failures = failures;
		this.drops = drops;
	}

	/**
	 * The deliveries of a take. Where it throws, none of them was made: the heartbeat
	 * gives back what was not put aside.
	 */
	List<Delivery<T>> of(TakeResult result) {
		try {
			return of(result.loans());
		}
		catch (RuntimeException | Error ex) {
			result.abandon();
			throw ex;
		}
	}

	private List<Delivery<T>> of(List<Loan> loans) {
		if (loans.isEmpty()) {
			return new ArrayList<>(0);
		}
		List<Delivery<T>> deliveries = new ArrayList<>(loans.size());
		Object holder = this.drops.watch(loans);
		boolean away = false;
		for (Loan loan : loans) {
			Refusal refusal = refusal(loan);
			if (away && refusal != null) {
				loan.abandon();
			}
			else if (refusal == null) {
				deliveries
					.add(new DefaultDelivery<>(this.spec, this.payloads, this.settlement, this.failures, loan, holder));
			}
			else {
				away = !keepBack(loan, refusal);
			}
		}
		return deliveries;
	}

	private @Nullable Refusal refusal(Loan loan) {
		StoredMessage message = loan.message();
		return (message != null) ? this.rule.refusal(message) : this.rule.tooLarge(loan.length());
	}

	/** {@code false} where Redis did not answer. */
	private boolean keepBack(Loan loan, Refusal refusal) {
		try {
			if (refusal.isExpiry() && this.spec.options().expiredMessages() == ExpiryPolicy.DISCARD) {
				if (this.settlement.discard(loan)) {
					logger.debug("Queue {}: message {} had expired and was discarded", this.spec.name(), loan.id());
				}
			}
			else if (this.settlement.bury(loan, refusal)) {
				logger.warn("Queue {}: message {} became a dead letter: {}", this.spec.name(), loan.id(),
						refusal.reason());
			}
			return true;
		}
		catch (CallFailedException ex) {
			// Nobody has it in hand now: the heartbeat finds it unknown and gives it
			// back.
			loan.abandon();
			logger.warn(
					"Queue {}: message {} cannot be handed out nor put aside now ({}) and goes back to the queue: {}",
					this.spec.name(), loan.id(), ex.reason(), refusal.reason());
			return false;
		}
	}

	/**
	 * The loans of deliveries.
	 * @throws IllegalArgumentException where one is not of this queue
	 */
	List<Loan> loansOf(Collection<? extends Delivery<T>> deliveries) {
		List<Loan> loans = new ArrayList<>(deliveries.size());
		for (Delivery<T> delivery : deliveries) {
			if (!(delivery instanceof DefaultDelivery<?> own) || !own.isOf(this.settlement)) {
				throw new IllegalArgumentException(
						"Delivery " + delivery.id() + " is not of queue " + this.spec.name());
			}
			loans.add(own.loan());
		}
		return loans;
	}

}
