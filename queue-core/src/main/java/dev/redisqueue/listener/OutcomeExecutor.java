package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.UndecodablePayloadException;
import org.slf4j.Logger;

/**
 * Carries out what becomes of deliveries that are not acknowledged. A call that fails is
 * made again, after a stop beside it: until it succeeds the message stays on loan, and
 * nobody else would ever settle it.
 *
 * @param <T> the type of the payload
 */
final class OutcomeExecutor<T> {

	/** A message that was given back so often is tried again like one that failed. */
	static final int MOST_RELEASES = 100;

	private static final Logger logger = ListenerLog.LOGGER;

	private static final Duration HOLD_OFF = Duration.ofSeconds(1);

	private static final long RETRY_AFTER = TimeUnit.MILLISECONDS.toNanos(500);

	private final String listener;

	private final FailurePolicy policy;

	private final Backlog<T> backlog;

	private final Executor late;

	private final StackTraceBudget stackTraces = new StackTraceBudget();

	private volatile boolean closed;

	OutcomeExecutor(String listener, FailurePolicy policy, Backlog<T> backlog, Executor late) {
		this.listener = listener;
		this.policy = policy;
		this.backlog = backlog;
		this.late = late;
	}

	/**
	 * Gives back what no handler has begun, the youngest first: each goes to the head.
	 */
	void giveBack(Collection<TakenDelivery<T>> notBegun) {
		// After one Redis is away, and there is no time to wait for it.
		boolean isAway = false;
		for (TakenDelivery<T> taken : youngestFirst(notBegun)) {
			if (this.closed && isAway) {
				late(taken, "given back", taken.delivery()::release);
			}
			else {
				isAway = !settle(taken, "given back", taken.delivery()::release);
			}
		}
	}

	/**
	 * Gives back what the backlog has drained or refused, and tells it when that is done.
	 */
	void giveBackDrained(Collection<TakenDelivery<T>> drained) {
		try {
			giveBack(drained);
		}
		finally {
			this.backlog.gaveBack();
		}
	}

	private static <T> List<TakenDelivery<T>> youngestFirst(Collection<TakenDelivery<T>> some) {
		List<TakenDelivery<T>> youngestFirst = new ArrayList<>(some);
		Collections.reverse(youngestFirst);
		return youngestFirst;
	}

	/** Gives back what a stop has interrupted, the youngest first. */
	void giveBackInterrupted(Collection<TakenDelivery<T>> begun) {
		youngestFirst(begun).forEach(this::giveBackInterrupted);
	}

	private void giveBackInterrupted(TakenDelivery<T> taken) {
		if (!taken.delivery().isSettled() && settle(taken, "given back", taken.delivery()::releaseInterrupted)) {
			logger.info(
					"Listener {}: message {} of queue {} was interrupted by the stop and is delivered again, which "
							+ "does not count against its attempts",
					this.listener, taken.delivery().id(), taken.source().queue().name());
		}
	}

	/**
	 * Decides about deliveries of one queue whose handler failed. Whatever else fails on
	 * the way, a log of the application's say, each is settled.
	 */
	void fail(Collection<TakenDelivery<T>> failed, Throwable failure) {
		List<TakenDelivery<T>> open = failed.stream().filter((taken) -> !taken.delivery().isSettled()).toList();
		if (open.isEmpty()) {
			sayTooLate(failed, failure);
			return;
		}
		List<TakenDelivery<T>> released = new ArrayList<>();
		for (TakenDelivery<T> taken : open) {
			try {
				if (isReleased(taken, failure)) {
					released.add(taken);
				}
			}
			catch (RuntimeException | Error ex) {
				settle(taken, "retried", taken.delivery()::retry);
			}
		}
		if (!released.isEmpty()) {
			release(released);
		}
	}

	private void release(List<TakenDelivery<T>> released) {
		released.get(0).source().holdOff(HOLD_OFF);
		// What comes after it would fare no better, and goes back behind it. What a take
		// under way brings goes back when it comes.
		List<TakenDelivery<T>> behind = this.backlog.drain();
		try {
			giveBack(behind);
			youngestFirst(released)
				.forEach((taken) -> settle(taken, "given back", taken.delivery()::releaseInterrupted));
		}
		finally {
			this.backlog.gaveBack();
		}
	}

	/** Carries out what is decided, but for a release, which the caller does. */
	private boolean isReleased(TakenDelivery<T> taken, Throwable failure) {
		Delivery<T> delivery = taken.delivery();
		if (delivery.isSettled()) {
			// While the one before it was tried again until Redis answered.
			return false;
		}
		FailureOutcome outcome = decide(taken, failure);
		switch (outcome.action()) {
			case RETRY -> retry(taken, failure, outcome);
			case BURY -> {
				say(taken, failure, "it becomes a dead letter");
				settle(taken, "buried", () -> delivery.bury(reason(failure), failure));
			}
			case RELEASE -> {
				say(taken, failure, "it goes back to the head of its queue, and the listener pauses for a second");
			}
			case DISCARD -> {
				say(taken, failure, "it is discarded");
				settle(taken, "discarded", delivery::ack);
			}
		}
		return outcome.action() == FailureOutcome.Action.RELEASE;
	}

	private void retry(TakenDelivery<T> taken, Throwable failure, FailureOutcome outcome) {
		Delivery<T> delivery = taken.delivery();
		Duration delay = outcome.delay();
		say(taken, failure, delivery.isLastAttempt() ? "that was its last attempt, it becomes a dead letter"
				: "it will be tried again");
		settle(taken, "retried", () -> (delay != null) ? delivery.retry(delay, failure) : delivery.retry(failure));
	}

	private FailureOutcome decide(TakenDelivery<T> taken, Throwable failure) {
		FailureOutcome outcome;
		try {
			outcome = Objects.requireNonNull(this.policy.decide(taken.delivery(), failure), "it decided nothing");
		}
		catch (RuntimeException | Error ex) {
			logger.error("Listener {}: the failure policy threw; message {} of queue {} is retried", this.listener,
					taken.delivery().id(), queue(taken), ex);
			return FailureOutcome.retry();
		}
		boolean again = outcome.action() == FailureOutcome.Action.RELEASE
				&& taken.delivery().interruptions() >= MOST_RELEASES;
		return again ? FailureOutcome.retry() : outcome;
	}

	private static String reason(Throwable failure) {
		return (failure instanceof UndecodablePayloadException) ? "undecodable" : "buried by the failure policy";
	}

	/** Of a batch of which some are not settled, those tell of the failure. */
	private void sayTooLate(Collection<TakenDelivery<T>> settled, Throwable failure) {
		try {
			settled.stream()
				.findFirst()
				.ifPresent((taken) -> this.stackTraces.log(logger, failure,
						"Listener {}: the handler of message {} of queue {} ({} in all) threw after the "
								+ "message was settled or its lease lost; what became of it stays",
						this.listener, taken.delivery().id(), queue(taken), settled.size()));
		}
		catch (RuntimeException | Error ex) {
			// A log that throws must not end the thread that handles.
		}
	}

	private void say(TakenDelivery<T> taken, Throwable failure, String consequence) {
		this.stackTraces.log(logger, failure, "Listener {}: attempt {} of message {} of queue {} failed; {}",
				this.listener, taken.delivery().attempt(), taken.delivery().id(), queue(taken), consequence);
	}

	/**
	 * {@code false} where Redis did not answer and the listener stops: that goes on
	 * beside.
	 */
	private boolean settle(TakenDelivery<T> taken, String settled, BooleanSupplier verb) {
		return settle(taken, settled, verb, false);
	}

	/**
	 * Whoever stops does not wait, but while the queue is in use somebody has to do it.
	 */
	private void late(TakenDelivery<T> taken, String settled, BooleanSupplier verb) {
		this.late.execute(() -> settle(taken, settled, verb, true));
	}

	private boolean settle(TakenDelivery<T> taken, String settled, BooleanSupplier first, boolean patient) {
		BooleanSupplier verb = first;
		for (int call = 1;; call++) {
			try {
				if (!verb.getAsBoolean()) {
					logger.debug("Listener {}: message {} of queue {} was not {}: its lease was lost", this.listener,
							taken.delivery().id(), queue(taken), settled);
				}
				return true;
			}
			catch (RuntimeException | Error ex) {
				if (this.closed && !patient) {
					logger.warn(
							"Listener {}: message {} of queue {} could not be {} before the stop; that is tried "
									+ "again, and where the process ends it comes back when the lease has run out ({})",
							this.listener, taken.delivery().id(), queue(taken), settled, ex.getMessage());
					late(taken, settled, verb);
					return false;
				}
				if (patient && call > 1 && !(ex instanceof QueueException)) {
					return false;
				}
				if (call == 1 && !patient) {
					logger.warn(
							"Listener {}: message {} of queue {} could not be {} yet and stays on loan; that is "
									+ "tried again until it can",
							this.listener, taken.delivery().id(), queue(taken), settled, ex);
				}
				if (!(ex instanceof QueueException)) {
					// Not Redis is at fault but what the failure brings, its message say.
					verb = taken.delivery()::retry;
				}
				rest();
			}
		}
	}

	/** An interrupt does not end the rest, and must not make the caller spin. */
	private void rest() {
		boolean interrupted = false;
		long end = System.nanoTime() + RETRY_AFTER;
		for (long left = RETRY_AFTER; left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(this, left);
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private String queue(TakenDelivery<T> taken) {
		return taken.source().queue().name();
	}

	/** From now on nobody waits for a call that fails. */
	void close() {
		this.closed = true;
	}

}
