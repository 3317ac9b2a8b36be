package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import org.springframework.core.task.TaskDecorator;

/**
 * A listener from its start to its stop: the parts, and how they end. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * created         the thread that starts the        nothing runs; it may be paused already
 *                 container
 * running         the same thread                   as many workers as the concurrency says: the
 *                                                   supervisor replaces those that died or are stuck,
 *                                                   and every other thread that is missing
 * paused          any thread that pauses or         as running, but nothing is taken and nothing
 *                 resumes                           begins; what was prefetched is given back
 * stopping        the thread that stops, or first   for good: nothing is taken, nothing begins, no
 *                 of all one of its own that calls  worker is added; what runs goes on until the grace
 *                 for it                            period ends or the stop is interrupted
 * closing         the thread that stops             what runs is interrupted, and a second later
 *                                                   abandoned and given back; the last settlements go
 * stopped         the thread that stops, in any     what Redis did not answer in time goes on on the
 *                 case a few seconds after the      threads for that (Settlements); threads that are
 *                 grace period                      stuck stay
 * </pre>
 *
 * @param <T> the type of the payload
 */
final class ListenerRun<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	private static final long LOOK_EVERY = 500;

	/** For interrupted handlers to return, and for the last acknowledgements. */
	private static final Duration LAST_WORDS = Duration.ofSeconds(1);

	/** Messages that wait longer while every handler is busy are given back. */
	private static final long STALE = TimeUnit.MILLISECONDS.toNanos(200);

	private final String id;

	private final ListenerOptions options;

	private final Prefetch prefetch;

	private final List<Source<T>> sources;

	private final Backlog<T> backlog;

	private final Pipelines<T> pipelines;

	private final OutcomeExecutor<T> outcomes;

	private final List<Fetcher<T>> fetchers;

	private final HandlerCall<T> handlerCall;

	private final Announcer announcer;

	private final Supervisor supervisor;

	private final ListenerThreads threads;

	private final Mishaps mishaps;

	private final Set<Worker<T>> workers = ConcurrentHashMap.newKeySet();

	/** Replaced ones whose threads have not come back from their handlers yet. */
	private final Set<Worker<T>> stuck = ConcurrentHashMap.newKeySet();

	/** Where there are several queues: who takes from them. */
	private final Map<Fetcher<T>, Thread> fetching = new ConcurrentHashMap<>();

	/** Who waits for the stop, and cannot end before it. */
	private final Set<Thread> excused = ConcurrentHashMap.newKeySet();

	private boolean stopping;

	/**
	 * Creates the parts; nothing runs yet.
	 * @param publisher gets the events
	 */
	ListenerRun(String id, List<? extends RedisQueue<T>> queues, ListenerOptions options, DeliveryHandler<T> handler,
			Consumer<ListenerEvent> publisher) {
		this.id = id;
		this.options = options;
		this.prefetch = new Prefetch(options.concurrency());
		this.threads = new ListenerThreads(id, options.virtualThreads());
		this.mishaps = new Mishaps(id);
		this.sources = queues.stream().map((queue) -> new Source<>(id, queue)).toList();
		this.backlog = new Backlog<>(this.sources, this.prefetch, options.batch(), this::isBehind);
		this.pipelines = new Pipelines<>(this.sources.stream()
			.map((source) -> new Settlements<>(id, source, this.backlog, this.threads))
			.toList());
		this.outcomes = new OutcomeExecutor<>(id, options.failurePolicy(), this.pipelines);
		this.fetchers = this.pipelines.all()
			.stream()
			.map((settlements) -> new Fetcher<>(this.backlog, settlements, this.mishaps))
			.toList();
		this.announcer = new Announcer(id, publisher, this.mishaps, this.threads);
		TaskDecorator decorator = options.taskDecorator();
		DeliveryHandler<T> decorated = (decorator != null) ? new DecoratedHandler<>(handler, decorator) : handler;
		this.handlerCall = new HandlerCall<>(decorated, this.outcomes, this.pipelines, this.prefetch, this.backlog);
		this.supervisor = supervisor(options.handlerTimeout());
	}

	private Supervisor supervisor(@Nullable Duration handlerTimeout) {
		List<Runnable> looks = new ArrayList<>(List.of(this::giveBackStale, this::fillUp, this::fetchAll,
				this.pipelines::ensureRunning, this::announce));
		if (handlerTimeout == null) {
			return new Supervisor(LOOK_EVERY, looks, this.mishaps);
		}
		HandlerWatch<T> watch = new HandlerWatch<>(this.id, handlerTimeout, this.workers, this::failBeside,
				this::replace);
		looks.add(watch::look);
		return new Supervisor(watch.period(), looks, this.mishaps);
	}

	private boolean isBehind(Source<T> source) {
		return this.pipelines.of(source).isBehind();
	}

	void start() {
		this.threads.keepAlive(this.supervisor, "watch").start();
		fetchAll();
		fillUp();
	}

	/** Of several queues, each has its thread, whatever the last one died of. */
	private synchronized void fetchAll() {
		if (this.fetchers.size() > 1 && !this.stopping) {
			for (int i = 0; i < this.fetchers.size(); i++) {
				Fetcher<T> fetcher = this.fetchers.get(i);
				Thread thread = this.fetching.get(fetcher);
				if (thread == null || !thread.isAlive()) {
					thread = this.threads.daemon(fetcher::run, "fetch-" + i);
					this.fetching.put(fetcher, thread);
					start(thread);
				}
			}
		}
	}

	/** Without memory the next look tries again. */
	private void start(Thread thread) {
		try {
			thread.start();
		}
		catch (OutOfMemoryError ex) {
			this.mishaps.report("starting a thread that takes", ex);
		}
	}

	/** As many workers as there should be, whatever the others died of. */
	private synchronized void fillUp() {
		while (!this.stopping && this.workers.size() < this.options.concurrency()) {
			Worker<T> worker = new Worker<>(this.backlog, this.fetchers.get(0), this.handlerCall, this.mishaps,
					this::ended);
			this.workers.add(worker);
			try {
				this.threads.newThread(worker).start();
			}
			catch (OutOfMemoryError ex) {
				this.workers.remove(worker);
				this.mishaps.report("starting a thread for handlers", ex);
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

	private void announce() {
		this.announcer.look(troubles());
		Duration interval = this.options.idleEventInterval();
		if (interval != null) {
			this.announcer.lookIdle(this.backlog.idleFor(), interval);
		}
	}

	private void giveBackStale() {
		List<Source<T>> stale = this.backlog.stale(STALE);
		if (!stale.isEmpty()) {
			// The handlers are slower than they were.
			this.prefetch.stalled();
			stale.forEach((source) -> this.pipelines.of(source).recall());
		}
	}

	/** A failure policy that takes its time must not hold up who watches over others. */
	private void failBeside(List<TakenDelivery<T>> work, Throwable failure) {
		try {
			this.threads.daemon(() -> this.outcomes.fail(work, failure), "timeout").start();
		}
		catch (OutOfMemoryError ex) {
			// No thread can be made.
			this.mishaps.report("asking the failure policy", ex);
			work.forEach((taken) -> this.pipelines.of(taken.source())
				.settle(taken, "retried", () -> taken.delivery().retry(failure)));
		}
	}

	/** What is dead or stuck, or fails for now, each in a sentence. */
	synchronized List<String> troubles() {
		List<String> troubles = new ArrayList<>();
		for (Settlements<T> settlements : this.pipelines.all()) {
			addIfAny(troubles, settlements.source().trouble());
			addIfAny(troubles, settlements.trouble());
		}
		if (!this.stopping && this.workers.size() < this.options.concurrency()) {
			troubles.add("runs with " + this.workers.size() + " of " + this.options.concurrency() + " threads");
		}
		if (!this.stuck.isEmpty()) {
			troubles.add(this.stuck.size() + " threads are stuck in handlers that do not return");
		}
		return troubles;
	}

	private static void addIfAny(List<String> troubles, @Nullable String trouble) {
		if (trouble != null) {
			troubles.add(trouble);
		}
	}

	/** Whether the caller runs on a thread of this listener, a handler's say. */
	boolean isInside() {
		return this.threads.isCurrent();
	}

	/** Takes nothing and begins nothing; what runs goes on. */
	void pause() {
		this.backlog.pause();
		CompletableFuture<?>[] returned = this.pipelines.all()
			.stream()
			.map(Settlements::recall)
			.toArray(CompletableFuture<?>[]::new);
		try {
			if (!isInside()) {
				// Where Redis is away, giving back takes until it is back.
				CompletableFuture.allOf(returned).get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("Listener {}: what was prefetched is not back yet", this.id, ex);
		}
	}

	/** As {@link #pause()}, before anything runs. */
	void pauseAtStart() {
		this.backlog.pause();
	}

	void resume() {
		this.backlog.resume();
	}

	/**
	 * The stop does not wait for a thread that waits for the stop: what it handles goes
	 * back as what is interrupted does, but the thread is left alone.
	 */
	synchronized void excuse(Thread thread) {
		this.excused.add(thread);
		notifyAll();
	}

	/**
	 * Fetching ends first; then what has not begun goes back, then what runs gets its
	 * time, then it is interrupted and goes back too; the acknowledgements go last. What
	 * waits for Redis does so on threads of its own, so that the time is kept.
	 */
	void stop() {
		long deadline = System.nanoTime() + this.options.shutdownTimeout().toNanos();
		endFetching();
		this.pipelines.all().forEach(Settlements::recall);
		boolean interrupted = isInterrupted(() -> awaitWorkers(deadline));
		long end = interrupted ? System.nanoTime() : deadline;
		this.workers.forEach(this::interrupt);
		interrupted |= isInterrupted(() -> awaitWorkers(System.nanoTime() + LAST_WORDS.toNanos()));
		this.workers.forEach(this::abandon);
		this.supervisor.close();
		this.pipelines.all().forEach(Settlements::close);
		interrupted |= isInterrupted(() -> awaitSettlements(left(end)));
		this.pipelines.all().forEach(Settlements::sayLate);
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
		this.sources.forEach(Source::close);
	}

	/** What is left of the grace period, and a little in any case. */
	private static Duration left(long deadline) {
		Duration left = Duration.ofNanos(deadline - System.nanoTime());
		return (left.compareTo(LAST_WORDS) > 0) ? left : LAST_WORDS;
	}

	private synchronized void awaitWorkers(long deadline) throws InterruptedException {
		long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
		while (!this.workers.stream().allMatch(this::isExcused) && left > 0) {
			wait(left);
			left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
		}
	}

	private boolean isExcused(Worker<T> worker) {
		return this.excused.stream().anyMatch(worker::isOn);
	}

	private synchronized void awaitSettlements(Duration atMost) throws InterruptedException {
		long deadline = System.nanoTime() + atMost.toNanos();
		while (!this.pipelines.isThrough() && System.nanoTime() - deadline < 0) {
			wait(2);
		}
	}

	private void interrupt(Worker<T> worker) {
		Execution<T> execution = worker.current();
		if (execution != null && !isExcused(worker)) {
			execution.interruptForStop();
		}
	}

	private void abandon(Worker<T> worker) {
		Execution<T> execution = worker.current();
		boolean excused = isExcused(worker);
		worker.retire();
		if (execution != null && execution.abandon(!excused)) {
			if (excused) {
				logger.info(
						"Listener {}: the handler on thread {} waits for this stop; its messages go back to the queue",
						this.id, execution.thread().getName());
			}
			else {
				logger.warn(
						"Listener {}: the handler on thread {} did not return within {}, nor after an interrupt; its "
								+ "messages go back to the queue",
						this.id, execution.thread().getName(), this.options.shutdownTimeout());
			}
			this.pipelines.of(execution.work().get(0).source()).giveBackInterrupted(execution.work());
		}
	}

	@FunctionalInterface
	private interface Wait {

		void run() throws InterruptedException;

	}

}
