package dev.redisqueue.redis.take;

import java.util.Optional;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.upkeep.QueueLife;

/**
 * Removes a message at once, and waits for one.
 *
 * @param <T> the type of the payload
 */
public final class GetLoop<T> {

	private final QueueLife life;

	private final DirectGet<T> direct;

	private final ArrivalWait arrivals;

	private final Failures failures;

	/**
	 * Creates the loop of a queue.
	 * @param life the queue
	 * @param direct removes
	 * @param arrivals waits
	 * @param failures explains what fails
	 */
	public GetLoop(QueueLife life, DirectGet<T> direct, ArrivalWait arrivals, Failures failures) {
		this.life = life;
		this.direct = direct;
		this.arrivals = arrivals;
		this.failures = failures;
	}

	/** Waits so many nanoseconds at most. */
	public Optional<T> get(long nanos) throws InterruptedException {
		long start = System.nanoTime();
		while (true) {
			Optional<T> payload = getNowait();
			long left = nanos - (System.nanoTime() - start);
			if (payload.isPresent() || left <= 0) {
				return payload;
			}
			this.arrivals.await(left);
		}
	}

	public Optional<T> getNowait() {
		this.life.use();
		try {
			return this.direct.get();
		}
		catch (CallFailedException ex) {
			throw this.failures.get(ex);
		}
	}

}
