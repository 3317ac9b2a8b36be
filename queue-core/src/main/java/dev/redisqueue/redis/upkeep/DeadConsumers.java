package dev.redisqueue.redis.upkeep;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.lease.QueueConsumer;
import dev.redisqueue.redis.lease.Recoverer;
import dev.redisqueue.redis.lease.Recoverer.Recovery;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
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

	private final String queue;

	private final QueueStore store;

	private final QueueConsumer consumer;

	private final Recoverer recoverer;

	private final ContactGap contact;

	private final Workers workers;

	/** Once, until all that were found have been recovered. */
	private volatile boolean reported;

	private final AtomicBoolean recovering = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Creates it for a queue.
	 * @param queue the name of the queue
	 * @param store finds the next one
	 * @param consumer that of this process
	 * @param recoverer recovers
	 * @param contact says whether this process may call others dead
	 * @param workers the threads
	 */
	public DeadConsumers(String queue, QueueStore store, QueueConsumer consumer, Recoverer recoverer,
			ContactGap contact, Workers workers) {
		this.queue = queue;
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
			this.consumer.renew();
		}
		else {
			this.workers.executeSlices(this.recovering, new Pass(id)::next);
		}
	}

	/** Gives messages without a consumer an expired one, and recovers that. */
	public void orphaned(String id) {
		if (!this.closed && !this.consumer.isCurrent(id) && this.recoverer.adopt(id)) {
			this.workers.executeSlices(new AtomicBoolean(), new Pass(id)::next);
		}
	}

	/** Nobody is recovered any more. */
	public void close() {
		this.closed = true;
	}

	/**
	 * Recovers one consumer after the other, each once, in slices. One that cannot be
	 * recovered does not keep the others from it: it is fenced for a while, so that the
	 * next one is found.
	 */
	private final class Pass {

		private final Set<String> tried = new HashSet<>();

		private @Nullable String found;

		private @Nullable Recovery recovery;

		private boolean failed;

		Pass(String first) {
			this.found = first;
		}

		/** Does some of it; returns whether there is more. */
		boolean next() {
			if (DeadConsumers.this.closed) {
				return false;
			}
			try {
				Recovery begun = this.recovery;
				if (begun != null) {
					return go(begun);
				}
				String id = this.found;
				if (id == null || DeadConsumers.this.consumer.isCurrent(id) || !this.tried.add(id)) {
					return false;
				}
				this.recovery = DeadConsumers.this.recoverer.begin(id);
				return this.recovery != null || findNext();
			}
			catch (CallFailedException ex) {
				return failed(ex.reason(), ex.fate() == Fate.REFUSED, null);
			}
			catch (RuntimeException ex) {
				return failed(String.valueOf(ex), true, ex);
			}
		}

		private boolean go(Recovery begun) {
			if (begun.step()) {
				return true;
			}
			if (begun.finish()) {
				DeadConsumers.this.consumer.recovered(begun.consumer());
			}
			return findNext();
		}

		private boolean findNext() {
			this.recovery = null;
			this.found = DeadConsumers.this.store.tick().expired();
			if (this.found == null && !this.failed) {
				DeadConsumers.this.reported = false;
			}
			return this.found != null;
		}

		private boolean failed(String reason, boolean refused, @Nullable RuntimeException trace) {
			if (!refused) {
				logger.debug("Queue {}: consumer {} is recovered when it is found again ({})", DeadConsumers.this.queue,
						this.found, reason);
				return false;
			}
			this.failed = true;
			if (!DeadConsumers.this.reported) {
				DeadConsumers.this.reported = true;
				logger.warn("Queue {}: consumer {}, which is dead or was cut off, cannot be recovered now ({}); its "
						+ "messages stay where they are, and it is tried again. The others are recovered all the same",
						DeadConsumers.this.queue, this.found, reason, trace);
			}
			try {
				return findNext();
			}
			catch (CallFailedException ex) {
				return false;
			}
		}

	}

}
