package dev.redisqueue.redis.upkeep;

import java.time.Duration;

import dev.redisqueue.redis.link.RedisLink;

/**
 * Whether this process may call others dead. After an outage everyone looks dead: who was
 * without contact himself waits for half a lease until he recovers anybody.
 */
public final class ContactGap {

	private final RedisLink link;

	private final Duration lease;

	private volatile long lastContact;

	private volatile long recoverFrom;

	/**
	 * Creates it for a queue.
	 * @param link knows of trouble
	 * @param lease the lease of the queue
	 */
	public ContactGap(RedisLink link, Duration lease) {
		this.link = link;
		this.lease = lease;
	}

	/** The queue is in use from now on. */
	void begin() {
		this.lastContact = System.nanoTime();
		this.recoverFrom = this.lastContact;
	}

	/** Redis has answered a tick. */
	void contact() {
		long now = System.nanoTime();
		if (now - this.lastContact > this.lease.toNanos() || this.link.hadTroubleSince(this.lastContact)) {
			this.recoverFrom = now + this.lease.toNanos() / 2;
		}
		this.lastContact = now;
	}

	/** The tick decides whom to trust after an outage; until then nobody is expired. */
	boolean mayRecover() {
		long now = System.nanoTime();
		return now - this.recoverFrom >= 0 && now - this.lastContact <= this.lease.toNanos();
	}

}
