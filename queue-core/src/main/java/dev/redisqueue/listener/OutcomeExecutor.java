package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

import dev.redisqueue.Delivery;
import dev.redisqueue.UndecodablePayloadException;
import org.slf4j.Logger;

/**
 * Says what becomes of deliveries whose handler failed, and has that done.
 *
 * @param <T> the type of the payload
 */
final class OutcomeExecutor<T> {

	/** A message that was given back so often is tried again like one that failed. */
	static final int MOST_RELEASES = 100;

	private static final Logger logger = ListenerLog.LOGGER;

	private final String listener;

	private final FailurePolicy policy;

	private final Pipelines<T> pipelines;

	private final StackTraceBudget stackTraces = new StackTraceBudget();

	OutcomeExecutor(String listener, FailurePolicy policy, Pipelines<T> pipelines) {
		this.listener = listener;
		this.policy = policy;
		this.pipelines = pipelines;
	}

	/**
	 * Decides about deliveries of one queue whose handler failed, on the caller's thread.
	 * Whatever else fails on the way, a log of the application's say, each is settled.
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
				this.pipelines.of(taken).settle(taken, "retried", taken.delivery()::retry);
			}
		}
		if (!released.isEmpty()) {
			this.pipelines.of(released.get(0)).release(released);
		}
	}

	/** Carries out what is decided, but for a release, which the caller does. */
	private boolean isReleased(TakenDelivery<T> taken, Throwable failure) {
		Delivery<T> delivery = taken.delivery();
		if (delivery.isSettled()) {
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

	private void settle(TakenDelivery<T> taken, String settled, BooleanSupplier verb) {
		this.pipelines.of(taken).settle(taken, settled, verb);
	}

	private String queue(TakenDelivery<T> taken) {
		return taken.source().queue().name();
	}

}
