package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.store.LeaseStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the consumer of this process has borrowed: renews its lease, finds out what
 * Redis holds for it without its knowing, and gives all of it back in the end.
 */
public final class QueueConsumer {

	private static final Logger logger = LoggerFactory.getLogger(QueueConsumer.class);

	private final QueueSpec spec;

	private final LeaseStore store;

	private final Registration registration;

	private final LeaseLoss loss;

	private final Recoverer recoverer;

	private final HoldWatch holdWatch;

	private final ReentrantLock beating = new ReentrantLock();

	/**
	 * Creates the keeper of a queue's consumer.
	 * @param spec the queue
	 * @param store the state changes
	 * @param registration the lives of the consumer
	 * @param loss told where a reply says that the lease was lost
	 * @param recoverer gives back what nobody has in hand
	 * @param holdWatch reports what is held for long
	 */
	public QueueConsumer(QueueSpec spec, LeaseStore store, Registration registration, LeaseLoss loss,
			Recoverer recoverer, HoldWatch holdWatch) {
		this.spec = spec;
		this.store = store;
		this.registration = registration;
		this.loss = loss;
		this.recoverer = recoverer;
		this.holdWatch = holdWatch;
	}

	/**
	 * Renews the lease, and gives back what Redis holds for us without our knowing: a
	 * lost reply, or an acknowledgement that Redis rolled back, would otherwise be
	 * renewed for ever.
	 */
	public void heartbeat() {
		Incarnation current = this.registration.live();
		// What another thread is at would be done twice.
		if (current == null || !this.beating.tryLock()) {
			return;
		}
		try {
			heartbeat(current);
		}
		finally {
			this.beating.unlock();
		}
	}

	private void heartbeat(Incarnation current) {
		long time = System.nanoTime();
		long held = this.store.heartbeat(current.id());
		if (held < 0) {
			this.loss.lost(current);
			return;
		}
		current.renewed(time);
		List<Long> ended = current.endedSuspects();
		if (!ended.isEmpty()) {
			this.store.forgetBegun(current.id(), ended);
			current.forgetSuspects(ended);
		}
		if (current.agrees(held)) {
			current.reconcile(null);
			return;
		}
		TreeSet<Long> tags = this.store.tags(current.id());
		List<Long> abandoned = current.reconcile(tags);
		if (!abandoned.isEmpty()) {
			logger.info("Queue {}: {} messages that a lost reply had left with us go back to the queue",
					this.spec.name(), abandoned.size());
			this.recoverer.giveBackOrLeave(current.id(), abandoned);
		}
		current.dropUnseen();
	}

	/**
	 * Tells the handlers when the lease may have run out, whether Redis answers or not,
	 * and the operator of what is held for long.
	 */
	public void watch() {
		Incarnation current = this.registration.live();
		if (current == null) {
			return;
		}
		Duration lease = this.spec.options().lease();
		if (current.isOverdue(lease.minus(lease.dividedBy(6)))) {
			this.loss.tell(current);
		}
		this.holdWatch.check(current.loans());
	}

	/** Whether it is ours, and not lost: a lost one is recovered like any other. */
	public boolean isCurrent(String id) {
		return this.registration.isCurrent(id);
	}

	/** Nothing is left of a consumer, which may be a lost incarnation of this one. */
	public void recovered(String id) {
		this.registration.recovered(id);
	}

	/**
	 * Ends: nothing is taken any more, and nothing settled. What this process holds goes
	 * back with its attempt counted, if Redis answers.
	 */
	public void end() {
		Incarnation last = this.registration.end();
		if (last != null) {
			this.loss.tell(last);
		}
		this.registration.unrecovered().forEach(this::recoverOwn);
	}

	private void recoverOwn(String id) {
		try {
			this.recoverer.recoverOwn(id);
		}
		catch (CallFailedException ex) {
			// Redis is away: other consumers get the messages when the lease has run out.
		}
		catch (RuntimeException ex) {
			logger.warn("Queue {}: what consumer {} had could not be given back; other consumers get it when its "
					+ "lease has run out", this.spec.name(), id, ex);
		}
	}

}
