package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.QueueParts;
import dev.redisqueue.redis.lease.QueueConsumer;
import dev.redisqueue.redis.lease.Recoverer;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.Tick;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on beside the calls of the application, from the first use of a queue on:
 * every third of the lease the heartbeat of the consumer and the tick, and the recovery
 * of consumers that anyone found expired.
 */
public final class QueueUpkeep implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(QueueUpkeep.class);

	private final String queue;

	private final QueueStore store;

	private final RedisLink link;

	private final QueueConsumer consumer;

	private final Recoverer recoverer;

	private final DueTimer dueTimer;

	private final LetterTrimmer trimmer;

	private final Workers workers;

	private final Duration lease;

	private final AtomicBoolean opened = new AtomicBoolean();

	private final AtomicBoolean beating = new AtomicBoolean();

	private final AtomicBoolean recovering = new AtomicBoolean();

	private final List<Future<?>> timers = new ArrayList<>();

	private volatile long lastContact;

	private volatile long recoverFrom;

	private volatile boolean troubled;

	private volatile boolean closed;

	public QueueUpkeep(QueueParts engine, Workers workers) {
		this.queue = engine.name();
		this.store = engine.store();
		this.link = engine.link();
		this.consumer = engine.consumer();
		this.recoverer = engine.recoverer();
		this.dueTimer = engine.dueTimer();
		this.trimmer = new LetterTrimmer(engine.name(), engine.letters(), engine.options());
		this.lease = engine.options().lease();
		this.workers = workers;
	}

	/** The queue is in use from now on. */
	public void open() {
		if (this.opened.get() || !this.opened.compareAndSet(false, true)) {
			return;
		}
		this.lastContact = System.nanoTime();
		this.recoverFrom = this.lastContact;
		Duration period = this.lease.dividedBy(3);
		synchronized (this.timers) {
			if (this.closed) {
				return;
			}
			this.timers.add(this.workers.every(period, () -> {
				if (this.beating.compareAndSet(false, true)) {
					this.workers.execute(this::beat);
				}
			}));
			this.timers.add(this.workers.every(this.lease.dividedBy(12), this.consumer::watch));
		}
		this.workers.execute(this::beat);
	}

	private void beat() {
		try {
			this.consumer.heartbeat();
			tick();
			this.trimmer.trim();
			if (this.troubled) {
				this.troubled = false;
				logger.info("Queue {}: Redis answers again", this.queue);
			}
		}
		catch (CallFailedException ex) {
			if (!this.troubled && !this.closed) {
				this.troubled = true;
				logger.warn(
						"Queue {}: Redis does not answer the heartbeat ({}); what is taken here goes to other "
								+ "consumers if that lasts longer than the lease of {}",
						this.queue, ex.reason(), this.lease);
			}
		}
		finally {
			this.beating.set(false);
		}
	}

	/** Puts back what waits have moved, and looks who is to be recovered. */
	public void tick() {
		Tick tick = this.store.tick(this.lease);
		noteContact();
		if (tick.newer()) {
			throw new CallFailedException(Fate.REFUSED, new IllegalStateException(
					"its messages are stored in a newer layout; update the library in this process"));
		}
		this.dueTimer.due(tick.nextDue());
		expired(tick.expired());
	}

	/**
	 * After an outage everyone looks dead: who was without contact himself waits for half
	 * a lease until he recovers anybody.
	 */
	private void noteContact() {
		long now = System.nanoTime();
		if (now - this.lastContact > this.lease.toNanos() || this.link.hadTroubleSince(this.lastContact)) {
			this.recoverFrom = now + this.lease.toNanos() / 2;
		}
		this.lastContact = now;
	}

	/** The tick decides whom to trust after an outage; until then nobody is expired. */
	private boolean mayRecover() {
		long now = System.nanoTime();
		return now - this.recoverFrom >= 0 && now - this.lastContact <= this.lease.toNanos();
	}

	/** Recovers this consumer, and then all others that have expired. */
	public void expired(@Nullable String id) {
		if (id == null || this.closed || !mayRecover()) {
			return;
		}
		if (this.consumer.isCurrent(id)) {
			// Ours, and late: the heartbeat saves it.
			if (this.beating.compareAndSet(false, true)) {
				this.workers.execute(this::beat);
			}
			return;
		}
		if (this.recovering.compareAndSet(false, true)) {
			this.workers.execute(() -> recoverAll(id));
		}
	}

	private void recoverAll(String first) {
		try {
			String id = first;
			while (id != null && this.recoverer.recover(id)) {
				this.consumer.recovered(id);
				id = this.store.tick(this.lease).expired();
				if (id != null && this.consumer.isCurrent(id)) {
					return;
				}
			}
		}
		catch (CallFailedException ex) {
			logger.debug("Queue {}: the recovery of {} will be resumed ({})", this.queue, first, ex.reason());
		}
		finally {
			this.recovering.set(false);
		}
	}

	/** Recovers an incarnation of this process that was lost. */
	public void recoverOwn(String id) {
		this.workers.execute(() -> {
			try {
				if (this.recoverer.recoverOwn(id)) {
					this.consumer.recovered(id);
				}
			}
			catch (CallFailedException ex) {
				logger.debug("Queue {}: {} will be recovered after its lease ({})", this.queue, id, ex.reason());
			}
		});
	}

	@Override
	public void close() {
		synchronized (this.timers) {
			this.closed = true;
			this.timers.forEach((timer) -> timer.cancel(false));
		}
		this.dueTimer.close();
	}

}
