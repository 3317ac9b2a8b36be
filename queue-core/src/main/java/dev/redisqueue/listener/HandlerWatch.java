package dev.redisqueue.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;

/**
 * Looks for handlers whose time is up: fails their deliveries and interrupts them; and
 * for those that do not care, so that another worker takes their place.
 *
 * @param <T> the type of the payload
 */
final class HandlerWatch<T> implements Runnable {

	private static final Logger logger = ListenerLog.LOGGER;

	/** How long a handler has to return once it was interrupted. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

	private final String listener;

	private final Duration timeout;

	private final Collection<Worker<T>> workers;

	private final OutcomeExecutor<T> outcomes;

	private final Replacement<T> replacement;

	/** Whose time is up, and when that was found. */
	private final Map<Execution<T>, Long> overdue = new HashMap<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	HandlerWatch(String listener, Duration timeout, Collection<Worker<T>> workers, OutcomeExecutor<T> outcomes,
			Replacement<T> replacement) {
		this.listener = listener;
		this.timeout = timeout;
		this.workers = workers;
		this.outcomes = outcomes;
		this.replacement = replacement;
	}

	@Override
	public void run() {
		long period = Math.max(10, Math.min(1000, this.timeout.toMillis() / 10));
		try {
			while (!this.closed.await(period, TimeUnit.MILLISECONDS)) {
				this.workers.forEach(this::lookSafely);
				this.overdue.keySet().removeIf((execution) -> !execution.isAbandoned());
			}
		}
		catch (InterruptedException ex) {
			logger.debug("The watch of listener {} ends", this.listener, ex);
		}
	}

	private void lookSafely(Worker<T> worker) {
		try {
			look(worker);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Listener {}: the watch over its handlers failed and goes on", this.listener, ex);
		}
	}

	private void look(Worker<T> worker) {
		Execution<T> execution = worker.current();
		if (execution == null) {
			return;
		}
		Long since = this.overdue.get(execution);
		if (since == null && execution.age() > this.timeout.toNanos() && execution.abandon()) {
			this.overdue.put(execution, System.nanoTime());
			TimeoutException failure = new TimeoutException("its handler-timeout of " + this.timeout + " has passed");
			this.outcomes.fail(execution.work(), failure);
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

	void close() {
		this.closed.countDown();
	}

	/**
	 * Puts another worker in the place of one.
	 */
	@FunctionalInterface
	interface Replacement<T> {

		void replace(Worker<T> worker, Execution<T> stuck);

	}

}
