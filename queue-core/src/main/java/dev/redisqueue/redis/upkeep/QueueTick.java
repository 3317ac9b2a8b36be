package dev.redisqueue.redis.upkeep;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.Tick;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every process that uses a queue does for it now and then: puts back what waits
 * have moved, and looks what is due and who is to be recovered.
 */
public final class QueueTick {

	private static final Logger logger = LoggerFactory.getLogger(QueueTick.class);

	private final QueueStore store;

	private final ContactGap contact;

	private final DueTimer dueTimer;

	private final DeadConsumers dead;

	/**
	 * Creates the tick of a queue.
	 * @param store the state change
	 * @param contact told of each reply
	 * @param dueTimer told what is due
	 * @param dead told who has expired
	 */
	public QueueTick(QueueStore store, ContactGap contact, DueTimer dueTimer, DeadConsumers dead) {
		this.store = store;
		this.contact = contact;
		this.dueTimer = dueTimer;
		this.dead = dead;
	}

	void tick() {
		Tick tick = this.store.tick();
		this.contact.contact();
		if (tick.newer()) {
			throw new CallFailedException(Fate.REFUSED, new IllegalStateException(
					"its messages are stored in a newer layout; update the library in this process"));
		}
		this.dueTimer.due(tick.nextDue());
		this.dead.expired(tick.expired());
	}

	/** How long ago Redis answered one, or the queue was first used (ns). */
	long answeredAgo() {
		return this.contact.contactAgo();
	}

	/** Where it fails, the next tick of anyone does it. */
	public void tickIfPossible() {
		try {
			tick();
		}
		catch (RuntimeException ex) {
			logger.debug("What a wait has moved stays aside until the next tick", ex);
		}
	}

}
