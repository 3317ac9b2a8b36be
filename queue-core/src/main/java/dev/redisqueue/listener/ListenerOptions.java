package dev.redisqueue.listener;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What can be set for one listener. Immutable: every {@code with} method returns a new
 * instance.
 *
 * @param concurrency how many handlers run at the same time, 1 to 1 000. Default 1
 * @param batch how many deliveries a handler gets at most, 1 to 1 000. Default 1
 * @param handlerTimeout when a handler's time is up: its thread is interrupted, its
 * deliveries count as failed, and another thread takes its place even if it ignores that.
 * Default {@code null}: never
 * @param shutdownTimeout how long handlers that run may go on when the listener stops.
 * Default 25 s
 * @param failurePolicy decides about deliveries whose handler failed. Default
 * {@link FailurePolicy#defaults()}
 * @param virtualThreads whether handlers run on virtual threads (Java 21 or later).
 * Default {@code false}
 */
public record ListenerOptions(int concurrency, int batch, @Nullable Duration handlerTimeout, Duration shutdownTimeout,
		FailurePolicy failurePolicy, boolean virtualThreads) {

	/** The grace period of a stop where none is set. */
	public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(25);

	private static final Duration LONGEST_DURATION = Duration.ofDays(3660);

	private static final int MOST = 1000;

	private static final ListenerOptions DEFAULTS = new ListenerOptions(1, 1, null, DEFAULT_SHUTDOWN_TIMEOUT,
			FailurePolicy.defaults(), false);

	/**
	 * Checks the options.
	 * @throws IllegalArgumentException if a value is out of its range
	 */
	public ListenerOptions {
		require(concurrency >= 1 && concurrency <= MOST, "concurrency", concurrency, "be 1 to 1000");
		require(batch >= 1 && batch <= MOST, "batch", batch, "be 1 to 1000");
		require(handlerTimeout == null || (!handlerTimeout.isZero() && isWithin(handlerTimeout)), "handlerTimeout",
				handlerTimeout, "be more than zero and at most ten years");
		require(isWithin(shutdownTimeout), "shutdownTimeout", shutdownTimeout, "be zero to ten years");
	}

	/**
	 * The options where none are set.
	 * @return the defaults
	 */
	public static ListenerOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Sets the concurrency.
	 * @param concurrency how many handlers run at the same time
	 * @return new options
	 */
	public ListenerOptions withConcurrency(int concurrency) {
		return new ListenerOptions(concurrency, this.batch, this.handlerTimeout, this.shutdownTimeout,
				this.failurePolicy, this.virtualThreads);
	}

	/**
	 * Sets the batch.
	 * @param batch how many deliveries a handler gets at most
	 * @return new options
	 */
	public ListenerOptions withBatch(int batch) {
		return new ListenerOptions(this.concurrency, batch, this.handlerTimeout, this.shutdownTimeout,
				this.failurePolicy, this.virtualThreads);
	}

	/**
	 * Sets the handler's time.
	 * @param handlerTimeout when a handler's time is up, or {@code null} for never
	 * @return new options
	 */
	public ListenerOptions withHandlerTimeout(@Nullable Duration handlerTimeout) {
		return new ListenerOptions(this.concurrency, this.batch, handlerTimeout, this.shutdownTimeout,
				this.failurePolicy, this.virtualThreads);
	}

	/**
	 * Sets the grace period of a stop.
	 * @param shutdownTimeout how long running handlers may go on
	 * @return new options
	 */
	public ListenerOptions withShutdownTimeout(Duration shutdownTimeout) {
		return new ListenerOptions(this.concurrency, this.batch, this.handlerTimeout, shutdownTimeout,
				this.failurePolicy, this.virtualThreads);
	}

	/**
	 * Sets the policy.
	 * @param failurePolicy decides about deliveries whose handler failed
	 * @return new options
	 */
	public ListenerOptions withFailurePolicy(FailurePolicy failurePolicy) {
		return new ListenerOptions(this.concurrency, this.batch, this.handlerTimeout, this.shutdownTimeout,
				failurePolicy, this.virtualThreads);
	}

	/**
	 * Sets the kind of threads.
	 * @param virtualThreads whether handlers run on virtual threads
	 * @return new options
	 */
	public ListenerOptions withVirtualThreads(boolean virtualThreads) {
		return new ListenerOptions(this.concurrency, this.batch, this.handlerTimeout, this.shutdownTimeout,
				this.failurePolicy, virtualThreads);
	}

	private static boolean isWithin(Duration value) {
		return !value.isNegative() && value.compareTo(LONGEST_DURATION) <= 0;
	}

	private static void require(boolean holds, String what, @Nullable Object value, String rule) {
		if (!holds) {
			throw new IllegalArgumentException("The " + what + " is '" + value + "'; it must " + rule);
		}
	}

}
