package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.redis.lease.DropWatch.Dropped;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.Workers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after deliveries that stay unsettled: their lease is renewed for as long as this
 * process lives, so that nobody else would ever get them. Each is reported once after a
 * while, and taken back after the maximum hold, where there is one, or where nothing
 * refers to it any more.
 */
public final class HoldWatch {

	private static final Logger logger = LoggerFactory.getLogger(HoldWatch.class);

	/** Of what is found at once, so many are named; a stuck process holds thousands. */
	private static final int MOST_NAMED = 10;

	private final String queue;

	private final Duration limit;

	private final @Nullable Duration maxHold;

	private final DropWatch drops;

	private final Settlement settlement;

	private final Workers workers;

	private final AtomicBoolean takingBack = new AtomicBoolean();

	/**
	 * Creates the watch.
	 * @param spec the queue
	 * @param drops finds what nothing refers to any more
	 * @param settlement takes back
	 * @param workers do that, and write the log, which may block
	 */
	public HoldWatch(QueueSpec spec, DropWatch drops, Settlement settlement, Workers workers) {
		this.queue = spec.name();
		this.limit = spec.options().holdWarning();
		this.maxHold = spec.options().maxHold();
		this.drops = drops;
		this.settlement = settlement;
		this.workers = workers;
	}

	/** Called on the timer's own thread: does not block. */
	void check(Incarnation current) {
		List<Loan> late = current.loansOlderThan(this.limit).stream().filter(Loan::report).toList();
		if (!late.isEmpty()) {
			this.workers.execute(() -> report(late));
		}
		List<Loan> over = (this.maxHold != null) ? current.loansOlderThan(this.maxHold) : List.of();
		List<Dropped> dropped = this.drops.find();
		if (!over.isEmpty() || !dropped.isEmpty()) {
			this.workers.executeAlone(this.takingBack, () -> {
				takeBack(over, "is not settled within max-hold");
				dropped.forEach((one) -> takeBack(one.loans(), "was dropped by thread " + one.taker()
						+ " without being settled: nothing refers to its delivery any more"));
			});
		}
	}

	/** What cannot be taken back now is found again. */
	private void takeBack(List<Loan> loans, String why) {
		int count = 0;
		for (Loan loan : loans) {
			try {
				if (loan.message() == null || loan.isOver() || !this.settlement.takeBack(loan)) {
					continue;
				}
			}
			catch (CallFailedException ex) {
				logger.debug("Queue {}: message {} cannot be taken back now ({})", this.queue, loan.id(), ex.reason());
				if (ex.fate() == Fate.REFUSED) {
					continue;
				}
				break;
			}
			loan.tellLoss(this.workers::tell);
			if (count++ < MOST_NAMED) {
				logger.warn(
						"Queue {}: message {} was taken {} s ago and {}. It goes back to the queue as a failed "
								+ "attempt; settling it here returns false",
						this.queue, loan.id(), loan.age().toSeconds(), why);
			}
		}
		if (count > MOST_NAMED) {
			logger.warn("Queue {}: {} more messages were taken back likewise", this.queue, count - MOST_NAMED);
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
