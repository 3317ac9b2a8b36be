package dev.redisqueue.redis.lease;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.redisqueue.redis.lease.Recoverer.Recovery;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.LeaseStore.Settled;
import org.jspecify.annotations.Nullable;
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

	/** Lost, and not all of what follows has begun. */
	private final AtomicReference<@Nullable Incarnation> untold = new AtomicReference<>();

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

	/**
	 * Another consumer owns what this one had. Does not block, and takes no longer for
	 * many deliveries than for one. Where it throws, for want of memory say,
	 * {@link #completeTelling} goes on.
	 */
	void lost(Incarnation owner) {
		if (owner.lose()) {
			this.untold.set(owner);
			this.workers.execute(() -> {
				completeTelling();
				logger.warn("Queue {}: consumer {} lost its lease; {} deliveries belong to other consumers now, "
						+ "settling them returns false", this.queue, owner.id(), owner.loans().size());
			});
		}
	}

	/** Does what a loss did not come to. Called now and then. */
	void completeTelling() {
		Incarnation owner = this.untold.get();
		if (owner != null) {
			tell(owner);
			recover(owner.id());
			this.untold.compareAndSet(owner, null);
		}
	}

	/**
	 * Runs what handlers asked for in this case, each action once, and none on this
	 * thread: any of them may hang.
	 */
	void tell(Incarnation owner) {
		for (Loan loan : owner.loans()) {
			loan.tellLoss(this.workers::tell);
		}
	}

	private void recover(String id) {
		RecoverySlices slices = new RecoverySlices(id);
		this.workers.executeSlices(new AtomicBoolean(), slices::next);
	}

	/** Recovers a lost incarnation, step by step. */
	private final class RecoverySlices {

		private final String id;

		private @Nullable Recovery recovery;

		RecoverySlices(String id) {
			this.id = id;
		}

		/** Returns whether there is more. */
		boolean next() {
			try {
				Recovery begun = this.recovery;
				if (begun == null) {
					begun = LeaseLoss.this.recoverer.beginOwn(this.id);
					this.recovery = begun;
				}
				if (begun.step()) {
					return true;
				}
				if (begun.finish()) {
					LeaseLoss.this.registration.recovered(this.id);
				}
			}
			catch (CallFailedException ex) {
				logger.debug("Queue {}: {} will be recovered after its lease ({})", LeaseLoss.this.queue, this.id,
						ex.reason());
			}
			return false;
		}

	}

}
