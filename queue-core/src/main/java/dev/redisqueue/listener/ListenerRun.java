package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A listener from its start to its stop: the parts, and how they end. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * created         the thread that starts the        nothing runs; it may be paused already
 *                 container
 * running         the same thread                   as many workers as the concurrency says: twice a
 *                                                   second the acknowledger's thread replaces those
 *                                                   that died, and the watch those that are stuck
 * paused          any thread that pauses or         as running, but nothing is taken and nothing
 *                 resumes                           begins; what was prefetched is given back
 * stopping        the thread that stops, or first   for good: nothing is taken, nothing begins, no
 *                 of all a worker whose handler     worker is added; what runs goes on until the grace
 *                 calls for it                      period ends or the stop is interrupted
 * closing         the thread that stops             what runs is interrupted, and a second later
 *                                                   abandoned and given back; the last
 *                                                   acknowledgements go
 * stopped         the thread that stops, in any     what Redis did not answer in time goes on on the
 *                 case a few seconds after the      thread for that (ListenerThreads#late); threads
 *                 grace period                      that are stuck stay
 * </pre>
 *
 * @param <T> the type of the payload
 */
final class ListenerRun<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	/** For interrupted handlers to return, and for the last acknowledgements. */
	private static final Duration LAST_WORDS = Duration.ofSeconds(1);

	/** Messages that wait longer while every handler is busy are given back. */
	private static final long STALE = TimeUnit.MILLISECONDS.toNanos(200);

	private final String id;

	private final ListenerOptions options;

	private final Prefetch prefetch;

	private final Backlog<T> backlog;

	private final OutcomeExecutor<T> outcomes;

	private final Poller<T> poller;

	private final Acknowledger<T> acknowledger;

	private final HandlerCall<T> handlerCall;

	private final @Nullable HandlerWatch<T> watch;

	private final ListenerThreads threads;

	private final Set<Worker<T>> workers = ConcurrentHashMap.newKeySet();

	/** Replaced ones whose threads have not come back from their handlers yet. */
	private final Set<Worker<T>> stuck = ConcurrentHashMap.newKeySet();

	private boolean stopping;

	ListenerRun(String id, List<? extends RedisQueue<T>> queues, ListenerOptions options, DeliveryHandler<T> handler) {
		this.id = id;
		this.options = options;
		this.prefetch = new Prefetch(options.concurrency());
		this.backlog = new Backlog<>(this.prefetch, options.batch(), this::isAcknowledgingBehind);
		this.threads = new ListenerThreads(id, options.virtualThreads());
		Executor late = this.threads.late();
		this.outcomes = new OutcomeExecutor<>(id, options.failurePolicy(), this.backlog, late);
		List<Source<T>> sources = new ArrayList<>();
		queues.forEach((queue) -> sources.add(new Source<>(id, queue)));
		this.poller = new Poller<>(sources, this.backlog, this.outcomes);
		this.acknowledger = new Acknowledger<>(id, this::lookAfter, late);
		this.handlerCall = new HandlerCall<>(handler, this.outcomes, this.acknowledger, this.prefetch);
		this.watch = (options.handlerTimeout() != null)
				? new HandlerWatch<>(id, options.handlerTimeout(), this.workers, this.outcomes, this::replace) : null;
	}

	private boolean isAcknowledgingBehind() {
		return this.acknowledger.isBehind();
	}

	void start() {
		this.threads.keepAlive(this.acknowledger).start();
		this.poller.start(this.threads);
		if (this.watch != null) {
			this.threads.daemon(this.watch, "watch").start();
		}
		fillUp();
	}

	/** As many workers as there should be, whatever the others died of. */
	private synchronized void fillUp() {
		while (!this.stopping && this.workers.size() < this.options.concurrency()) {
			Worker<T> worker = new Worker<>(this.backlog, this.poller, this.handlerCall, this::ended);
			this.workers.add(worker);
			try {
				this.threads.newThread(worker).start();
			}
			catch (OutOfMemoryError ex) {
				this.workers.remove(worker);
				logger.error("Listener {}: no thread can be started; {} of {} run", this.id, this.workers.size(),
						this.options.concurrency(), ex);
				return;
			}
		}
	}

	/** A worker's thread ends. */
	private synchronized void ended(Worker<T> worker) {
		this.workers.remove(worker);
		this.stuck.remove(worker);
		notifyAll();
	}

	private synchronized void replace(Worker<T> worker, Execution<T> execution) {
		if (this.stuck.size() >= mostStuck()) {
			logger.error(
					"Listener {}: {} threads are stuck in handlers that never return; no more are added, so that "
							+ "the listener runs with fewer. Restart the process, and mend the handler",
					this.id, mostStuck());
			return;
		}
		if (execution.retire(worker::retire)) {
			this.workers.remove(worker);
			this.stuck.add(worker);
			notifyAll();
			fillUp();
		}
	}

	/** So many threads may be with handlers that do not return. */
	private int mostStuck() {
		return Math.max(16, 4 * this.options.concurrency());
	}

	/** Twice a second. */
	private void lookAfter() {
		List<TakenDelivery<T>> stale = this.backlog.drainStale(STALE);
		if (!stale.isEmpty()) {
			// The handlers are slower than they were.
			this.prefetch.stalled();
			this.outcomes.giveBackDrained(stale);
		}
		fillUp();
	}

	/** Whether a thread is one of those that a stop waits for. */
	boolean isWorker(Thread thread) {
		return this.workers.stream().anyMatch((worker) -> worker.isOn(thread));
	}

	/** Takes nothing and begins nothing; what runs goes on. */
	void pause() {
		this.backlog.pause();
		this.poller.interrupt();
		try {
			giveBackBeside(LAST_WORDS).join(LAST_WORDS.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void resume() {
		this.backlog.resume();
	}

	/** Where Redis is away, giving back takes until it is back. */
	private Thread giveBackBeside(Duration atMost) {
		return beside(() -> this.outcomes.giveBackDrained(this.backlog.surrender(atMost)));
	}

	/**
	 * Fetching ends first; then what has not begun goes back, then what runs gets its
	 * time, then it is interrupted and goes back too; the acknowledgements go last. What
	 * may wait for Redis runs beside, so that the time is kept.
	 */
	void stop() {
		long deadline = System.nanoTime() + this.options.shutdownTimeout().toNanos();
		endFetching();
		this.outcomes.close();
		Thread giveBack = giveBackBeside(this.options.shutdownTimeout());
		boolean interrupted = isInterrupted(() -> awaitWorkers(deadline));
		long end = interrupted ? System.nanoTime() : deadline;
		this.handlerCall.close();
		this.workers.forEach(ListenerRun::interrupt);
		interrupted |= isInterrupted(() -> awaitWorkers(System.nanoTime() + LAST_WORDS.toNanos()));
		interrupted |= isInterrupted(() -> this.poller.awaitEnd(LAST_WORDS));
		interrupted |= isInterrupted(() -> giveBack.join(left(end).toMillis()));
		interrupted |= isInterrupted(
				() -> beside(() -> this.workers.forEach(this::abandon)).join(LAST_WORDS.toMillis()));
		if (this.watch != null) {
			this.watch.close();
		}
		interrupted |= this.acknowledger.close(left(end));
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/** Whoever interrupts a wait of the stop ends that wait, and not the stop. */
	private static boolean isInterrupted(Wait wait) {
		try {
			wait.run();
			return false;
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

	/** From now on nothing is taken and nothing begins. */
	void endFetching() {
		synchronized (this) {
			this.stopping = true;
		}
		this.backlog.close();
		this.poller.close();
	}

	/** What is left of the grace period, and a little in any case. */
	private static Duration left(long deadline) {
		Duration left = Duration.ofNanos(deadline - System.nanoTime());
		return (left.compareTo(LAST_WORDS) > 0) ? left : LAST_WORDS;
	}

	private Thread beside(Runnable task) {
		Thread thread = this.threads.daemon(task, "stop");
		thread.start();
		return thread;
	}

	private synchronized void awaitWorkers(long deadline) throws InterruptedException {
		long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
		while (!this.workers.isEmpty() && left > 0) {
			wait(left);
			left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
		}
	}

	private static void interrupt(Worker<?> worker) {
		Execution<?> execution = worker.current();
		if (execution != null) {
			execution.interruptForStop();
		}
	}

	private void abandon(Worker<T> worker) {
		Execution<T> execution = worker.current();
		worker.retire();
		if (execution != null && execution.abandon()) {
			logger.warn(
					"Listener {}: the handler on thread {} did not return within {}, nor after an interrupt; its "
							+ "messages go back to the queue",
					this.id, execution.thread().getName(), this.options.shutdownTimeout());
			this.outcomes.giveBackInterrupted(execution.work());
		}
	}

	@FunctionalInterface
	private interface Wait {

		void run() throws InterruptedException;

	}

}
