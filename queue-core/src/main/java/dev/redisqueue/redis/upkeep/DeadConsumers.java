package dev.redisqueue.redis.upkeep;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.lease.QueueConsumer;
import dev.redisqueue.redis.lease.Recoverer;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.QueueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has consumers recovered that anyone found expired, one after the other.
 */
public final class DeadConsumers {

	private static final Logger logger = LoggerFactory.getLogger(DeadConsumers.class);

	private final QueueStore store;

	private final QueueConsumer consumer;

	private final Recoverer recoverer;

	private final ContactGap contact;

	private final Workers workers;

	private final AtomicBoolean renewing = new AtomicBoolean();

	private final AtomicBoolean recovering = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Creates it for a queue.
	 * @param store finds the next one
	 * @param consumer that of this process
	 * @param recoverer recovers
	 * @param contact says whether this process may call others dead
	 * @param workers the threads
	 */
	public DeadConsumers(QueueStore store, QueueConsumer consumer, Recoverer recoverer, ContactGap contact,
			Workers workers) {
		this.store = store;
		this.consumer = consumer;
		this.recoverer = recoverer;
		this.contact = contact;
		this.workers = workers;
	}

	/**
	 * Recovers this consumer, and then all others that have expired. Does not block.
	 * @param id the consumer, or {@code null} where none was found
	 */
	public void expired(@Nullable String id) {
		if (id == null || this.closed || !this.contact.mayRecover()) {
			return;
		}
		if (this.consumer.isCurrent(id)) {
			// Ours, and late: the heartbeat saves it.
			this.workers.executeAlone(this.renewing, () -> attend(id, this.consumer::heartbeat));
		}
		else {
			this.workers.executeAlone(this.recovering, () -> attend(id, () -> recoverAll(id)));
		}
	}

	private void attend(String id, Runnable work) {
		try {
			work.run();
		}
		catch (CallFailedException ex) {
			logger.debug("Consumer {} is looked after when it is found again ({})", id, ex.reason());
		}
	}

	private void recoverAll(String first) {
		String id = first;
		while (id != null && !this.consumer.isCurrent(id) && this.recoverer.recover(id)) {
			this.consumer.recovered(id);
			id = this.store.tick().expired();
		}
	}

	/** Gives messages without a consumer an expired one, and recovers that. */
	public void orphaned(String id) {
		if (!this.closed && !this.consumer.isCurrent(id)) {
			this.recoverer.adopt(id);
		}
	}

	/** Nobody is recovered any more. */
	public void close() {
		this.closed = true;
	}

}
