package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.Backoff;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.link.QueueSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backoff of a queue, which is the application's code: where it throws, or returns
 * what is no delay, the default one decides, so that the message is tried again.
 */
public final class GuardedBackoff {

	/** What a message is put off at most. */
	public static final Duration LONGEST_DELAY = Duration.ofDays(3660);

	private static final Logger logger = LoggerFactory.getLogger(GuardedBackoff.class);

	private static final Backoff FALLBACK = QueueOptions.defaults().backoff();

	private final QueueSpec spec;

	private final AtomicBoolean said = new AtomicBoolean();

	/**
	 * Creates it for a queue.
	 * @param spec the queue
	 */
	public GuardedBackoff(QueueSpec spec) {
		this.spec = spec;
	}

	/**
	 * The delay after a failed attempt.
	 * @param attempt the attempt, 1 for the first
	 * @return zero or more, and {@link #LONGEST_DELAY} at most
	 */
	public Duration delay(int attempt) {
		Duration delay;
		try {
			delay = this.spec.options().backoff().delay(attempt);
		}
		catch (RuntimeException | Error ex) {
			return fallback(attempt, "it threw", ex);
		}
		return isDelay(delay) ? delay : fallback(attempt, "it returned " + delay, null);
	}

	/** Whether a message can be put off for so long. */
	public static boolean isDelay(@Nullable Duration delay) {
		return delay != null && !delay.isNegative() && delay.compareTo(LONGEST_DELAY) <= 0;
	}

	private Duration fallback(int attempt, String what, @Nullable Throwable failure) {
		Duration delay = FALLBACK.delay(attempt);
		if (this.said.compareAndSet(false, true)) {
			logger.error(
					"Queue {}: its backoff {} gave no delay after attempt {} ({}); the default decides instead. "
							+ "This is said once",
					this.spec.name(), this.spec.options().backoff(), attempt, what, failure);
		}
		return delay;
	}

}
