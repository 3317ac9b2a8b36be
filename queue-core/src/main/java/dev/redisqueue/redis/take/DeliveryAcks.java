package dev.redisqueue.redis.take;

import java.lang.ref.Reference;
import java.util.Collection;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.redis.lease.BulkAck;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.link.Failures;

/**
 * Acknowledges many deliveries in few round trips.
 *
 * @param <T> the type of the payload
 */
public final class DeliveryAcks<T> {

	private final Deliveries<T> deliveries;

	private final BulkAck bulkAck;

	private final Failures failures;

	/**
	 * Creates it for a queue.
	 * @param deliveries those of the queue
	 * @param bulkAck acknowledges their loans
	 * @param failures explains what fails
	 */
	public DeliveryAcks(Deliveries<T> deliveries, BulkAck bulkAck, Failures failures) {
		this.deliveries = deliveries;
		this.bulkAck = bulkAck;
		this.failures = failures;
	}

	/** Acknowledges; returns how many were still ours. */
	public int ackAll(Collection<? extends Delivery<T>> acknowledged) {
		List<Loan> loans = this.deliveries.loansOf(acknowledged);
		try {
			return this.failures.explaining("acknowledge deliveries", null, () -> this.bulkAck.ackAll(loans));
		}
		finally {
			// None of them was dropped meanwhile.
			Reference.reachabilityFence(acknowledged);
		}
	}

}
