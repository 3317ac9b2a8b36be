package dev.redisqueue.redis.lease;

import java.time.Duration;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.QueueSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over what the consumer of this process has borrowed, and gives all of it back
 * in the end.
 */
public final class QueueConsumer {

	private static final Logger logger = LoggerFactory.getLogger(QueueConsumer.class);

	private final QueueSpec spec;

	private final Registration registration;

	private final Heartbeat heartbeat;

	private final LeaseLoss loss;

	private final Recoverer recoverer;

	private final HoldWatch holdWatch;

	/**
	 * Creates the keeper of a queue's consumer.
	 * @param spec the queue
	 * @param registration the lives of the consumer
	 * @param heartbeat renews its lease
	 * @param loss tells the handlers
	 * @param recoverer gives back what nobody has in hand
	 * @param holdWatch reports what is held for long
	 */
	public QueueConsumer(QueueSpec spec, Registration registration, Heartbeat heartbeat, LeaseLoss loss,
			Recoverer recoverer, HoldWatch holdWatch) {
		this.spec = spec;
		this.registration = registration;
		this.heartbeat = heartbeat;
		this.loss = loss;
		this.recoverer = recoverer;
		this.holdWatch = holdWatch;
	}

	/** Its lease is renewed from now on, as soon as there is one. Idempotent. */
	public void begin() {
		this.heartbeat.begin();
	}

	/** Renews the lease now. Does not block. */
	public void renew() {
		this.heartbeat.soon();
	}

	/** Why the lease is not renewed while it runs out, or {@code null}. */
	public @Nullable CallFailedException trouble() {
		return this.heartbeat.trouble();
	}

	/** How long ago the lease was renewed (ns), or {@code null} where there is none. */
	public @Nullable Long renewedAgo() {
		return this.heartbeat.renewedAgo();
	}

	/**
	 * Tells the handlers when the lease may have run out, whether Redis answers or not,
	 * and the operator of what is held for long.
	 */
	public void watch() {
		this.loss.completeTelling();
		Incarnation current = this.registration.live();
		if (current == null) {
			return;
		}
		Duration lease = this.spec.options().lease();
		if (current.renewedAgo() > lease.minus(lease.dividedBy(6)).toNanos()) {
			this.loss.tell(current);
		}
		this.holdWatch.check(current);
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
		this.heartbeat.end();
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
