package dev.redisqueue.listener;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

/**
 * What can be set for one listener. Immutable: every {@code with} method returns a new
 * instance, and throws an {@link IllegalArgumentException} where the value is out of its
 * range.
 */
public final class ListenerOptions {

	/** The grace period of a stop where none is set. */
	public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(25);

	private static final Duration LONGEST_DURATION = Duration.ofDays(3660);

	private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

	private static final int MOST = 1000;

	/** One instance, since policies are equal only to themselves. */
	private static final ListenerOptions DEFAULTS = new ListenerOptions(new Values());

	private final Values values;

	private ListenerOptions(Values values) {
		this.values = values;
	}

	/**
	 * The options where none are set.
	 * @return the defaults
	 */
	public static ListenerOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * How many handlers run at the same time, 1 to 1 000. Default 1.
	 * @return the concurrency
	 */
	public int concurrency() {
		return this.values.concurrency;
	}

	/**
	 * How many deliveries a handler gets at most, 1 to 1 000. Default 1.
	 * @return the batch
	 */
	public int batch() {
		return this.values.batch;
	}

	/**
	 * When a handler's time is up: its thread is interrupted, its deliveries count as
	 * failed, and another thread takes its place even if it ignores that. Default {@code
	 * null}: never.
	 * @return the time, or {@code null}
	 */
	public @Nullable Duration handlerTimeout() {
		return this.values.handlerTimeout;
	}

	/**
	 * How long handlers that run may go on when the listener stops. Default 25 s.
	 * @return the grace period
	 */
	public Duration shutdownTimeout() {
		return this.values.shutdownTimeout;
	}

	/**
	 * Decides about deliveries whose handler failed. Default
	 * {@link FailurePolicy#defaults()}.
	 * @return the policy
	 */
	public FailurePolicy failurePolicy() {
		return this.values.failurePolicy;
	}

	/**
	 * Whether handlers run on virtual threads (Java 21 or later). Default {@code false}.
	 * @return {@code true} if they do
	 */
	public boolean virtualThreads() {
		return this.values.virtualThreads;
	}

	/**
	 * Whether it starts with the application; {@code true} by default.
	 * @return {@code false} where {@link RedisQueueListenerContainer#start()} starts it
	 */
	public boolean autoStartup() {
		return this.values.autoStartup;
	}

	/**
	 * What is put around each call of the handler, on the same thread: to set up its
	 * context, say.
	 * @return the decorator, or {@code null} for none, which is the default
	 */
	public @Nullable TaskDecorator taskDecorator() {
		return this.values.taskDecorator;
	}

	/**
	 * How long there is nothing to handle before a {@link ListenerEvent.Idle} tells it,
	 * and after it another one.
	 * @return the interval, or {@code null} for no such event, which is the default
	 */
	public @Nullable Duration idleEventInterval() {
		return this.values.idleEventInterval;
	}

	/** Sets {@link #concurrency()}. */
	public ListenerOptions withConcurrency(int concurrency) {
		require(concurrency >= 1 && concurrency <= MOST, "concurrency", concurrency, "be 1 to 1000");
		return with((values) -> values.concurrency = concurrency);
	}

	/** Sets {@link #batch()}. */
	public ListenerOptions withBatch(int batch) {
		require(batch >= 1 && batch <= MOST, "batch", batch, "be 1 to 1000");
		return with((values) -> values.batch = batch);
	}

	/** Sets {@link #handlerTimeout()}. */
	public ListenerOptions withHandlerTimeout(@Nullable Duration handlerTimeout) {
		require(handlerTimeout == null || (!handlerTimeout.isZero() && isWithin(handlerTimeout)), "handlerTimeout",
				handlerTimeout, "be more than zero and at most ten years");
		return with((values) -> values.handlerTimeout = handlerTimeout);
	}

	/** Sets {@link #shutdownTimeout()}. */
	public ListenerOptions withShutdownTimeout(Duration shutdownTimeout) {
		require(isWithin(shutdownTimeout), "shutdownTimeout", shutdownTimeout, "be zero to ten years");
		return with((values) -> values.shutdownTimeout = shutdownTimeout);
	}

	/** Sets {@link #failurePolicy()}. */
	public ListenerOptions withFailurePolicy(FailurePolicy failurePolicy) {
		return with((values) -> values.failurePolicy = failurePolicy);
	}

	/** Sets {@link #virtualThreads()}. */
	public ListenerOptions withVirtualThreads(boolean virtualThreads) {
		return with((values) -> values.virtualThreads = virtualThreads);
	}

	/** Sets {@link #autoStartup()}. */
	public ListenerOptions withAutoStartup(boolean autoStartup) {
		return with((values) -> values.autoStartup = autoStartup);
	}

	/** Sets {@link #taskDecorator()}. */
	public ListenerOptions withTaskDecorator(@Nullable TaskDecorator taskDecorator) {
		return with((values) -> values.taskDecorator = taskDecorator);
	}

	/** Sets {@link #idleEventInterval()}. */
	public ListenerOptions withIdleEventInterval(@Nullable Duration idleEventInterval) {
		require(idleEventInterval == null
				|| (idleEventInterval.compareTo(SHORTEST_IDLE) >= 0 && isWithin(idleEventInterval)),
				"idleEventInterval", idleEventInterval, "be one second to ten years");
		return with((values) -> values.idleEventInterval = idleEventInterval);
	}

	private ListenerOptions with(Consumer<Values> change) {
		Values values = this.values.copy();
		change.accept(values);
		return new ListenerOptions(values);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ListenerOptions options && this.values.named().equals(options.values.named());
	}

	@Override
	public int hashCode() {
		return this.values.named().hashCode();
	}

	@Override
	public String toString() {
		return "ListenerOptions" + this.values.named().entrySet();
	}

	private static boolean isWithin(Duration value) {
		return !value.isNegative() && value.compareTo(LONGEST_DURATION) <= 0;
	}

	private static void require(boolean holds, String what, @Nullable Object value, String rule) {
		if (!holds) {
			throw new IllegalArgumentException("The " + what + " is '" + value + "'; it must " + rule);
		}
	}

	/** The options; nobody changes them once they are in use. */
	private static final class Values implements Cloneable {

		private int concurrency = 1;

		private int batch = 1;

		private @Nullable Duration handlerTimeout;

		private Duration shutdownTimeout = DEFAULT_SHUTDOWN_TIMEOUT;

		private FailurePolicy failurePolicy = FailurePolicy.defaults();

		private boolean virtualThreads;

		private boolean autoStartup = true;

		private @Nullable TaskDecorator taskDecorator;

		private @Nullable Duration idleEventInterval;

		Values copy() {
			try {
				return (Values) clone();
			}
			catch (CloneNotSupportedException ex) {
				throw new AssertionError(ex);
			}
		}

		/** Each by its name, for comparing and showing. */
		Map<String, @Nullable Object> named() {
			Map<String, @Nullable Object> named = new LinkedHashMap<>();
			named.put("concurrency", this.concurrency);
			named.put("batch", this.batch);
			named.put("handlerTimeout", this.handlerTimeout);
			named.put("shutdownTimeout", this.shutdownTimeout);
			named.put("failurePolicy", this.failurePolicy);
			named.put("virtualThreads", this.virtualThreads);
			named.put("autoStartup", this.autoStartup);
			named.put("taskDecorator", this.taskDecorator);
			named.put("idleEventInterval", this.idleEventInterval);
			return named;
		}

	}

}
