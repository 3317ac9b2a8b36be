package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports each delivery once that stays unsettled for too long: its lease is renewed for
 * as long as this process lives, so that nobody else would ever get it.
 */
public final class HoldWatch {

	private static final Logger logger = LoggerFactory.getLogger(HoldWatch.class);

	/** Of what is found at once, so many are named; a stuck process holds thousands. */
	private static final int MOST_NAMED = 10;

	private final String queue;

	private final Duration limit;

	private final Executor executor;

	/**
	 * Creates the watch.
	 * @param queue the name of the queue
	 * @param limit how long a delivery may stay unsettled
	 * @param executor writes the log, which may block
	 */
	public HoldWatch(String queue, Duration limit, Executor executor) {
		this.queue = queue;
		this.limit = limit;
		this.executor = executor;
	}

	/** Called on the timer's own thread: does not block. */
	void check(Incarnation current) {
		List<Loan> late = current.loansOlderThan(this.limit).stream().filter(Loan::report).toList();
		if (!late.isEmpty()) {
			this.executor.execute(() -> report(late));
		}
	}

	private void report(List<Loan> late) {
		late.stream().limit(MOST_NAMED).forEach(this::warn);
		if (late.size() > MOST_NAMED) {
			logger.warn("Queue {}: {} more messages are not settled either", this.queue, late.size() - MOST_NAMED);
		}
	}

	private void warn(Loan loan) {
		logger.warn("Queue {}: message {} was taken {} s ago and is not settled yet; nobody else gets it while this "
				+ "process lives. Look whether its handler hangs or never settles it, or set hold-warning above {}",
				this.queue, loan.id(), loan.age().toSeconds(), this.limit);
	}

}
