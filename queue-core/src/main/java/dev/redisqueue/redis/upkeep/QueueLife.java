package dev.redisqueue.redis.upkeep;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.WaitSignal;

/**
 * The life of a queue in this process. Nothing happens before its first use. <pre>
 * made ──first verb──▶ in use ──close──▶ closed (verbs throw, waits end)
 *   └──────────────────close────────────────▲
 * </pre>
 */
public final class QueueLife {

	private final QueueSpec spec;

	private final ContactGap contact;

	private final QueueUpkeep upkeep;

	private final WaitSignal signal;

	private final RedisLink link;

	private final AtomicBoolean used = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Creates the life of a queue.
	 * @param spec the queue
	 * @param contact begins with the first use
	 * @param upkeep begins with the first use
	 * @param signal wakes who waits
	 * @param link knows who may wait
	 */
	public QueueLife(QueueSpec spec, ContactGap contact, QueueUpkeep upkeep, WaitSignal signal, RedisLink link) {
		this.spec = spec;
		this.contact = contact;
		this.upkeep = upkeep;
		this.signal = signal;
		this.link = link;
	}

	/** The queue. */
	public QueueSpec spec() {
		return this.spec;
	}

	/**
	 * Every verb of the queue passes here.
	 * @throws IllegalStateException if the queue is closed, or the current thread must
	 * not wait for Redis
	 */
	public void use() {
		if (this.closed) {
			throw new IllegalStateException("The queue " + this.spec.name() + " is closed");
		}
		this.link.requireOtherThread();
		if (!this.used.get() && this.used.compareAndSet(false, true)) {
			begin();
		}
	}

	/** All of it, or the next verb tries it again. */
	private void begin() {
		boolean begun = false;
		try {
			this.contact.begin();
			this.upkeep.begin();
			begun = true;
		}
		finally {
			if (!begun) {
				this.used.set(false);
			}
		}
	}

	/** Whether no verb begins any more. */
	public boolean isEnded() {
		return this.closed;
	}

	/** Whether any verb was used. */
	public boolean wasUsed() {
		return this.used.get();
	}

	/** Waits without Redis, and no longer than the queue is open. */
	public void await(long nanos) throws InterruptedException {
		// Read before the flag: whoever ends it sets the flag and then signals.
		CompletableFuture<Void> next = this.signal.next();
		if (!this.closed) {
			WaitSignal.await(next, nanos);
		}
	}

	/** Wakes who waits: something may be ready that no push announces. */
	public void signal() {
		this.signal.signal();
	}

	/** No verb begins any more, and waits end. Idempotent; does not block. */
	public void end() {
		this.closed = true;
		this.upkeep.end();
		this.signal.signal();
	}

}
