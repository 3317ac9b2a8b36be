package dev.redisqueue.redis.upkeep;

import java.time.Duration;

/**
 * Whether this process may call others dead. After an outage everyone looks dead: who was
 * without contact himself waits for half a lease until he recovers anybody.
 * <p>
 * What counts is the time between two ticks that Redis answered, a third of the lease as
 * a rule: an outage between ticks that are at most two thirds apart has ended before the
 * lease of anyone who beats every third runs out. More would not be safe, as others may
 * look again only a third of the lease after the outage. The margin is on this side: a
 * tick that failed or began late is followed by the next one a twelfth of the lease
 * later, so that there are three more attempts before two thirds have passed. A call that
 * failed, or was answered when it was repeated, says nothing.
 */
public final class ContactGap {

	private final Duration lease;

	private final long longestGap;

	private volatile long lastContact;

	private volatile long recoverFrom;

	/**
	 * Creates it for a queue.
	 * @param lease the lease of the queue
	 */
	public ContactGap(Duration lease) {
		this.lease = lease;
		this.longestGap = lease.toNanos() / 3 * 2;
	}

	/** The queue is in use from now on. */
	void begin() {
		this.lastContact = System.nanoTime();
		this.recoverFrom = this.lastContact;
	}

	/** Redis has answered a tick. */
	void contact() {
		long now = System.nanoTime();
		if (now - this.lastContact > this.longestGap) {
			this.recoverFrom = now + this.lease.toNanos() / 2;
		}
		this.lastContact = now;
	}

	/** How long ago Redis answered a tick, or the queue was first used (ns). */
	long contactAgo() {
		return System.nanoTime() - this.lastContact;
	}

	/** The tick decides whom to trust after an outage; until then nobody is expired. */
	boolean mayRecover() {
		long now = System.nanoTime();
		return now - this.recoverFrom >= 0 && now - this.lastContact <= this.lease.toNanos();
	}

}
