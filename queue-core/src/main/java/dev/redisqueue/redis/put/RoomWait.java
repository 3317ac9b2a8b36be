package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.OverflowPolicy;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.upkeep.QueueLife;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one put for room in a queue that is full. Redis announces no room, so that
 * the put looks again, less and less often. Nothing of it is in Redis while it waits.
 */
final class RoomWait {

	private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(10);

	private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(250);

	private final QueueLife life;

	private final Failures failures;

	private final @Nullable String id;

	private final int stored;

	private final Duration timeout;

	private final long since = System.nanoTime();

	private long wait = 2 * SHORTEST_WAIT;

	/**
	 * Creates the wait.
	 * @param life the queue
	 * @param failures explains why it was in vain
	 * @param id the id of the message, or {@code null} where it has none
	 * @param stored how many messages of the same call were stored before
	 */
	RoomWait(QueueLife life, Failures failures, @Nullable String id, int stored) {
		QueueOptions options = life.spec().options();
		this.life = life;
		this.failures = failures;
		this.id = id;
		this.stored = stored;
		this.timeout = (options.whenFull() == OverflowPolicy.BLOCK) ? options.putTimeout() : Duration.ZERO;
	}

	/**
	 * Waits until there may be room.
	 * @param ready how many messages were ready
	 * @throws PutRefusedException if the time is up, or the thread is interrupted; it
	 * keeps its flag
	 */
	void await(long ready) {
		long left = this.timeout.toNanos() - (System.nanoTime() - this.since);
		if (left <= 0) {
			throw this.failures.full(this.id, this.stored, ready, this.life.spec().options().maxSize(), this.timeout);
		}
		try {
			this.life.await(Math.min(left, next()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw this.failures.interruptedPut(this.id, this.stored, ex);
		}
		this.life.use();
	}

	/** Doubles up to the longest, with jitter, so that waiting producers spread. */
	private long next() {
		long jittered = this.wait / 2 + ThreadLocalRandom.current().nextLong(this.wait / 2);
		this.wait = Math.min(LONGEST_WAIT, 2 * this.wait);
		return jittered;
	}

}
