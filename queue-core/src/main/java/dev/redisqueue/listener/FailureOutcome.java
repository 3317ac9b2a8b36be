package dev.redisqueue.listener;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a delivery whose handler failed.
 */
public final class FailureOutcome {

	private static final Duration LONGEST_DELAY = Duration.ofDays(3660);

	private static final FailureOutcome RETRY = new FailureOutcome(Action.RETRY, null);

	private static final FailureOutcome BURY = new FailureOutcome(Action.BURY, null);

	private static final FailureOutcome RELEASE = new FailureOutcome(Action.RELEASE, null);

	private static final FailureOutcome DISCARD = new FailureOutcome(Action.DISCARD, null);

	private final Action action;

	private final @Nullable Duration delay;

	private FailureOutcome(Action action, @Nullable Duration delay) {
		this.action = action;
		this.delay = delay;
	}

	/**
	 * Tries the message again after the backoff of its queue, the attempt counted; on the
	 * last attempt it becomes a dead letter.
	 * @return the outcome
	 */
	public static FailureOutcome retry() {
		return RETRY;
	}

	/**
	 * Tries the message again after a delay, the attempt counted; on the last attempt it
	 * becomes a dead letter.
	 * @param delay the delay, from zero to ten years
	 * @return the outcome
	 * @throws IllegalArgumentException if the delay is out of range
	 */
	public static FailureOutcome retry(Duration delay) {
		if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
			throw new IllegalArgumentException(
					"The delay is " + delay + "; it must be between zero and " + LONGEST_DELAY.toDays() + " days");
		}
		return new FailureOutcome(Action.RETRY, delay);
	}

	/**
	 * Makes the message a dead letter at once.
	 * @return the outcome
	 */
	public static FailureOutcome bury() {
		return BURY;
	}

	/**
	 * Gives the message back to the head of its queue, since not the message is at fault
	 * but what the handler needs: the attempt is not held against the message, and the
	 * listener takes nothing from that queue for a second. A message that was given back
	 * {@value OutcomeExecutor#MOST_RELEASES} times is tried again like one that failed,
	 * so that it ends some day.
	 * @return the outcome
	 */
	public static FailureOutcome release() {
		return RELEASE;
	}

	/**
	 * Removes the message as if it had been handled, and logs that with its id.
	 * @return the outcome
	 */
	public static FailureOutcome discard() {
		return DISCARD;
	}

	Action action() {
		return this.action;
	}

	/** {@code null} for the backoff of the queue. */
	@Nullable Duration delay() {
		return this.delay;
	}

	@Override
	public String toString() {
		return this.action.name().toLowerCase(Locale.ROOT) + ((this.delay != null) ? " after " + this.delay : "");
	}

	enum Action {

		RETRY, BURY, RELEASE, DISCARD

	}

}
