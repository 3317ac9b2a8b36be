package dev.redisqueue.redis.lease;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.LeaseStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from a heartbeat and is not part of it: finds out what Redis holds for the
 * consumer without its knowing, and forgets that handlers of settled messages had begun.
 * Bulk work, in slices.
 */
public final class HeldCheck {

	private static final Logger logger = LoggerFactory.getLogger(HeldCheck.class);

	/** So many suspects are forgotten in one call. */
	private static final int STEP = 1000;

	private final String queue;

	private final LeaseStore store;

	private final Recoverer recoverer;

	private final Workers workers;

	private final AtomicBoolean comparing = new AtomicBoolean();

	private final AtomicBoolean forgetting = new AtomicBoolean();

	/**
	 * Creates the check of a queue.
	 * @param queue the name of the queue
	 * @param store the state changes
	 * @param recoverer gives back what nobody has in hand
	 * @param workers the threads
	 */
	public HeldCheck(String queue, LeaseStore store, Recoverer recoverer, Workers workers) {
		this.queue = queue;
		this.store = store;
		this.recoverer = recoverer;
		this.workers = workers;
	}

	/**
	 * Looks after a consumer. Does not block.
	 * @param held how many messages Redis holds for it
	 */
	void look(Incarnation current, long held) {
		this.workers.executeSlices(this.comparing, () -> {
			attempt(current, () -> compare(current, held));
			return false;
		});
		if (current.hasEndedSuspects()) {
			this.workers.executeSlices(this.forgetting, () -> forget(current));
		}
	}

	private void attempt(Incarnation current, Runnable call) {
		try {
			call.run();
		}
		catch (CallFailedException ex) {
			logger.debug("Queue {}: what Redis holds for consumer {} is looked at after the next heartbeat ({})",
					this.queue, current.id(), ex.reason());
		}
	}

	/**
	 * Gives back what Redis holds for us without our knowing: a lost reply, or an
	 * acknowledgement that Redis rolled back, would otherwise be renewed for ever.
	 */
	private void compare(Incarnation current, long held) {
		if (current.agrees(held)) {
			current.reconcile(null);
			return;
		}
		List<Long> abandoned = current.reconcile(this.store.tags(current.id()));
		if (!abandoned.isEmpty()) {
			logger.info("Queue {}: {} messages that nobody has in hand here, after a lost reply for instance, go "
					+ "back to the queue", this.queue, abandoned.size());
			this.recoverer.giveBackOrLeave(current.id(), abandoned);
		}
		current.dropUnseen();
	}

	/** Returns whether there is more. */
	private boolean forget(Incarnation current) {
		List<Long> ended = current.pollEndedSuspects(STEP);
		boolean forgotten = ended.isEmpty();
		try {
			if (!ended.isEmpty()) {
				this.store.forgetBegun(current.id(), ended);
				forgotten = true;
			}
		}
		catch (CallFailedException ex) {
			logger.debug("Queue {}: {} messages are forgotten after the next heartbeat ({})", this.queue, ended.size(),
					ex.reason());
		}
		finally {
			if (!forgotten) {
				current.suspectsEnded(ended);
			}
		}
		return forgotten && ended.size() == STEP;
	}

}
