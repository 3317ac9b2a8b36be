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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on beside the calls of the application, from the first use of a queue on:
 * every third of the lease the heartbeat of the consumer, the tick, and the trimming of
 * dead letters.
 */
public final class QueueUpkeep {

	private static final Logger logger = LoggerFactory.getLogger(QueueUpkeep.class);

	private final String queue;

	private final Duration lease;

	private final QueueConsumer consumer;

	private final QueueTick tick;

	private final LetterTrimmer trimmer;

	private final Workers workers;

	private final AtomicBoolean beating = new AtomicBoolean();

	private final List<Future<?>> timers = new ArrayList<>();

	private volatile boolean troubled;

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

	/** Begins, once. */
	void begin() {
		synchronized (this.timers) {
			if (this.closed) {
				return;
			}
			this.timers.add(this.workers.every(this.lease.dividedBy(3), () -> {
				this.workers.executeAlone(this.beating, this::beat);
			}));
			this.timers.add(this.workers.every(this.lease.dividedBy(12), this.consumer::watch));
		}
		this.workers.executeAlone(this.beating, this::beat);
	}

	private void beat() {
		try {
			this.consumer.heartbeat();
			this.tick.tick();
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
	}

	void end() {
		synchronized (this.timers) {
			this.closed = true;
			this.timers.forEach((timer) -> timer.cancel(false));
		}
	}

}
