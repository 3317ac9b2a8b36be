package dev.redisqueue.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import org.slf4j.Logger;

/**
 * Looks for handlers whose time is up: fails their deliveries and interrupts them; and
 * for those that do not care, so that another worker takes their place.
 *
 * @param <T> the type of the payload
 */
final class HandlerWatch<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	/** How long a handler has to return once it was interrupted. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

	private final String listener;

	private final Duration timeout;

	private final Collection<Worker<T>> workers;

	private final BiConsumer<List<TakenDelivery<T>>, Throwable> failing;

	private final Replacement<T> replacement;

	/** Whose time is up, and when that was found. */
	private final Map<Execution<T>, Long> overdue = new HashMap<>();

	/**
	 * Creates it.
	 * @param timeout when their time is up
	 * @param failing decides about the deliveries of one whose time is up; must not block
	 * @param replacement told of those that do not care
	 */
	HandlerWatch(String listener, Duration timeout, Collection<Worker<T>> workers,
			BiConsumer<List<TakenDelivery<T>>, Throwable> failing, Replacement<T> replacement) {
		this.listener = listener;
		this.timeout = timeout;
		this.workers = workers;
		this.failing = failing;
		this.replacement = replacement;
	}

	/** How often to look, in milliseconds. */
	long period() {
		return Math.max(10, Math.min(500, this.timeout.toMillis() / 10));
	}

	void look() {
		this.workers.forEach(this::look);
		this.overdue.keySet().removeIf((execution) -> !execution.isAbandoned());
	}

	private void look(Worker<T> worker) {
		Execution<T> execution = worker.current();
		if (execution == null) {
			return;
		}
		Long since = this.overdue.get(execution);
		if (since == null && execution.age() > this.timeout.toNanos() && execution.abandon(true)) {
			this.overdue.put(execution, System.nanoTime());
			TimeoutException failure = new TimeoutException("its handler-timeout of " + this.timeout + " has passed");
			this.failing.accept(execution.work(), failure);
		}
		else if (since != null && System.nanoTime() - since > PATIENCE && execution.isAbandoned()) {
			this.overdue.remove(execution);
			reportStuck(execution);
			this.replacement.replace(worker, execution);
		}
	}

	private void reportStuck(Execution<T> execution) {
		IllegalStateException where = new IllegalStateException("This is where the thread is stuck");
		where.setStackTrace(execution.thread().getStackTrace());
		logger.error("Listener {}: the handler on thread {} ignores the interrupt that followed its handler-timeout of "
				+ "{}; its messages are tried again, another thread takes its place, but it stays: mend the handler",
				this.listener, execution.thread().getName(), this.timeout, where);
	}

	/**
	 * Puts another worker in the place of one.
	 */
	@FunctionalInterface
	interface Replacement<T> {

		void replace(Worker<T> worker, Execution<T> stuck);

	}

}
