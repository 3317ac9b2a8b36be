package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.lease.QueueConsumer;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.Workers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on beside the calls of the application, from the first use of a queue on:
 * every third of the lease the heartbeat of the consumer, which has a thread of its own,
 * and the tick; after each tick the trimming of dead letters, as bulk work. A tick that
 * failed is followed by another one a twelfth of the lease later.
 */
public final class QueueUpkeep {

	private static final Logger logger = LoggerFactory.getLogger(QueueUpkeep.class);

	private final String queue;

	private final Duration lease;

	private final QueueConsumer consumer;

	private final QueueTick tick;

	private final LetterTrimmer trimmer;

	private final Workers workers;

	private final AtomicBoolean ticking = new AtomicBoolean();

	private final AtomicBoolean trimming = new AtomicBoolean();

	private final List<Future<?>> timers = new ArrayList<>();

	private volatile @Nullable CallFailedException failure;

	private volatile boolean troubled;

	private boolean begun;

	private volatile boolean closed;

	/**
	 * Creates the upkeep of a queue that is not in use yet.
	 * @param spec the queue
	 * @param consumer whose lease is renewed
	 * @param tick looks after the queue
	 * @param trimmer looks after its dead letters
	 * @param workers the threads
	 */
	public QueueUpkeep(QueueSpec spec, QueueConsumer consumer, QueueTick tick, LetterTrimmer trimmer, Workers workers) {
		this.queue = spec.name();
		this.lease = spec.options().lease();
		this.consumer = consumer;
		this.tick = tick;
		this.trimmer = trimmer;
		this.workers = workers;
	}

	/** Begins. Where it throws, nothing has begun, and the next call tries it again. */
	void begin() {
		synchronized (this.timers) {
			if (this.closed || this.begun) {
				return;
			}
			try {
				Duration step = this.lease.dividedBy(12);
				this.timers.add(this.workers.every(step, this::look));
				this.timers.add(this.workers.every(step, this.consumer::watch));
				tick();
				this.begun = true;
			}
			finally {
				if (!this.begun) {
					cancel();
				}
			}
		}
	}

	/** On the timer's own thread: neither blocks nor writes the log. */
	private void look() {
		boolean due = this.tick.answeredAgo() > this.lease.dividedBy(24).multipliedBy(7).toNanos();
		if (due || this.failure != null) {
			tick();
		}
		if ((trouble() != null) != this.troubled) {
			this.workers.execute(this::report);
		}
	}

	private @Nullable CallFailedException trouble() {
		CallFailedException failed = this.failure;
		return (failed != null) ? failed : this.consumer.trouble();
	}

	private void tick() {
		this.workers.executeAlone(this.ticking, () -> {
			try {
				this.tick.tick();
				this.failure = null;
			}
			catch (CallFailedException ex) {
				this.failure = ex;
			}
			report();
			if (this.failure == null) {
				this.workers.executeSlices(this.trimming, this::trim);
			}
		});
	}

	private boolean trim() {
		try {
			this.trimmer.trim();
		}
		catch (CallFailedException ex) {
			logger.debug("Queue {}: dead letters are trimmed after the next tick ({})", this.queue, ex.reason());
		}
		return false;
	}

	/** Says once that there is trouble, and once that it is over. */
	private synchronized void report() {
		CallFailedException trouble = trouble();
		if (trouble == null && this.troubled) {
			this.troubled = false;
			logger.info("Queue {}: Redis answers again", this.queue);
		}
		else if (trouble != null && !this.troubled && !this.closed) {
			this.troubled = true;
			logger.warn(
					"Queue {}: Redis does not answer the heartbeat ({}); what is taken here goes to other "
							+ "consumers if that lasts longer than the lease of {}",
					this.queue, trouble.reason(), this.lease);
		}
	}

	/**
	 * How long ago all of this was last done: the lease renewed, and the tick answered.
	 * {@code null} where there is no lease.
	 */
	public @Nullable Duration lastBeat() {
		Long renewed = this.consumer.renewedAgo();
		return (renewed != null) ? Duration.ofNanos(Math.max(this.tick.answeredAgo(), renewed)) : null;
	}

	private void cancel() {
		this.timers.forEach((timer) -> timer.cancel(false));
		this.timers.clear();
	}

	void end() {
		synchronized (this.timers) {
			this.closed = true;
			cancel();
		}
	}

}
