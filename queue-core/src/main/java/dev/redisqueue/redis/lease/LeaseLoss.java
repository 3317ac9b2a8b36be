package dev.redisqueue.redis.lease;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows when an incarnation has lost its lease: it ends, its handlers are told,
 * and what it had goes back to the queue in the background.
 */
public final class LeaseLoss {

	private static final Logger logger = LoggerFactory.getLogger(LeaseLoss.class);

	private final String queue;

	private final Registration registration;

	private final Recoverer recoverer;

	private final Workers workers;

	/**
	 * Creates it for a queue.
	 * @param queue the name of the queue
	 * @param registration told when nothing is left of a lost incarnation
	 * @param recoverer returns what it had
	 * @param workers run handlers' actions and the recovery
	 */
	public LeaseLoss(String queue, Registration registration, Recoverer recoverer, Workers workers) {
		this.queue = queue;
		this.registration = registration;
		this.recoverer = recoverer;
		this.workers = workers;
	}

	/** Looks at a reply, which may say that the lease was lost. */
	void note(Incarnation owner, Settled settled) {
		if (!settled.live()) {
			lost(owner);
		}
	}

	/** Another consumer owns what this one had. */
	void lost(Incarnation owner) {
		if (owner.lose()) {
			logger.warn("Queue {}: consumer {} lost its lease; {} deliveries belong to other consumers now, "
					+ "settling them returns false", this.queue, owner.id(), owner.loans().size());
			tell(owner);
			this.workers.execute(() -> recover(owner.id()));
		}
	}

	/** Runs what handlers asked for in this case, each action once. */
	void tell(Incarnation owner) {
		for (Loan loan : owner.loans()) {
			loan.loss().forEach(this.workers::execute);
		}
	}

	private void recover(String id) {
		try {
			if (this.recoverer.recoverOwn(id)) {
				this.registration.recovered(id);
			}
		}
		catch (CallFailedException ex) {
			logger.debug("Queue {}: {} will be recovered after its lease ({})", this.queue, id, ex.reason());
		}
	}

}
