package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import dev.redisqueue.QueueException;
import dev.redisqueue.QueueUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What becomes of the deliveries of one queue, on its way to Redis: on threads that serve
 * no other queue, so that nobody who does waits for this one. A call that fails is made
 * again after a while, and others go on meanwhile; until it succeeds the message stays on
 * loan, and nobody else would ever settle it. Three lanes: acknowledgements go in bulk
 * ({@link Acknowledger}); what goes back to the queue goes one after the other, the
 * youngest first, since each goes to the head; everything else in any order.
 *
 * @param <T> the type of the payload
 */
final class Settlements<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	private static final Duration HOLD_OFF = Duration.ofSeconds(1);

	/** How many calls of outcomes may be under way at the same time. */
	private static final int MOST_CALLS = 4;

	/** So many that could not be settled yet are no accident of a few messages. */
	private static final int MANY = 64;

	private static final int BEHIND = 1000;

	/** A take that lasts longer brings what goes back later. */
	private static final Duration TAKES_END = Duration.ofSeconds(5);

	private static final long FIRST_PAUSE = 100;

	private static final long LONGEST_PAUSE = 2000;

	private final String listener;

	private final Source<T> source;

	private final Backlog<T> backlog;

	private final Acknowledger<T> acknowledger;

	private final ScheduledThreadPoolExecutor outcomes;

	private final ScheduledThreadPoolExecutor returns;

	/** What is not through yet, acknowledgements apart. */
	private final AtomicInteger open = new AtomicInteger();

	/** How many of these have failed at least once. */
	private final AtomicInteger failing = new AtomicInteger();

	private volatile @Nullable String failure;

	private volatile boolean closed;

	/**
	 * Creates it for a queue.
	 * @param backlog keeps what goes back from being handed out
	 * @param threads makes its threads
	 */
	Settlements(String listener, Source<T> source, Backlog<T> backlog, ListenerThreads threads) {
		this.listener = listener;
		this.source = source;
		this.backlog = backlog;
		this.acknowledger = new Acknowledger<>(listener, source, threads);
		this.outcomes = threads.scheduler(MOST_CALLS, "settle");
		this.returns = threads.scheduler(1, "return");
	}

	Source<T> source() {
		return this.source;
	}

	/** Acknowledges. Does nothing at all where it throws, for want of memory. */
	void acknowledge(List<TakenDelivery<T>> work) {
		this.acknowledger.add(work);
	}

	/**
	 * Settles one.
	 * @param settled what it is then, as a participle
	 * @param verb the call; {@code false} where the lease was lost
	 */
	void settle(TakenDelivery<T> taken, String settled, BooleanSupplier verb) {
		submit(this.outcomes, new Settling(List.of(new Step<>(taken, settled, verb)), false));
	}

	/** Gives back what no handler has begun. */
	void giveBack(Collection<TakenDelivery<T>> notBegun) {
		submit(this.returns, new Settling(youngestFirst(notBegun, false), false));
	}

	/** Gives back what a stop has interrupted, which does not count. */
	void giveBackInterrupted(Collection<TakenDelivery<T>> begun) {
		submit(this.returns, new Settling(youngestFirst(begun, true), false));
	}

	/**
	 * Gives back what is prefetched, and what takes under way bring.
	 * @return completes when that is done
	 */
	CompletableFuture<Void> recall() {
		return recall(List.of());
	}

	/**
	 * Gives back what failed for something that is away; what comes after it would fare
	 * no better, and goes back behind it.
	 */
	void release(Collection<TakenDelivery<T>> failed) {
		this.source.holdOff(HOLD_OFF);
		recall(failed);
	}

	private CompletableFuture<Void> recall(Collection<TakenDelivery<T>> failed) {
		Settling settling = new Settling(youngestFirst(failed, true), true);
		while (true) {
			try {
				this.backlog.recall(this.source);
				break;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
		}
		submit(this.returns, settling);
		return settling.end;
	}

	private List<Step<T>> youngestFirst(Collection<TakenDelivery<T>> some, boolean begun) {
		List<Step<T>> steps = new ArrayList<>(some.size());
		for (TakenDelivery<T> taken : some) {
			steps.add(new Step<>(taken, "given back",
					begun ? taken.delivery()::releaseInterrupted : taken.delivery()::release));
		}
		Collections.reverse(steps);
		return steps;
	}

	private void submit(ScheduledThreadPoolExecutor lane, Settling settling) {
		settling.lane = lane;
		this.open.incrementAndGet();
		schedule(settling, 0);
	}

	private static void ensureRunning(ScheduledThreadPoolExecutor lane) {
		if (lane.getPoolSize() == 0 && !lane.getQueue().isEmpty()) {
			// Its threads have died of something, and none could be made.
			lane.prestartCoreThread();
		}
	}

	/** It is never left undone: whoever holds it has the only reference. */
	private static void schedule(Settlements<?>.Settling settling, long millis) {
		settling.due.set(true);
		while (true) {
			try {
				// Without memory it may have been queued or not: the second time does
				// nothing.
				settling.lane.schedule(settling, millis, TimeUnit.MILLISECONDS);
				return;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
		}
	}

	/** Whether so much is to be settled that no more should be taken at once. */
	boolean isBehind() {
		return this.acknowledger.isBehind() || this.open.get() > BEHIND;
	}

	/** Whether all that was handled is acknowledged, or cannot be for now. */
	boolean isAcknowledged() {
		return this.acknowledger.isThrough() || this.acknowledger.isFailing();
	}

	/** What fails, or {@code null} where nothing does. */
	@Nullable String trouble() {
		String ack = this.acknowledger.failure();
		String queue = this.source.queue().name();
		if (ack != null) {
			return "cannot acknowledge messages of queue " + queue + ": " + ack;
		}
		return (this.failing.get() > 0) ? "cannot settle messages of queue " + queue + ": " + this.failure : null;
	}

	/** Starts what should run and does not. */
	void ensureRunning() {
		this.acknowledger.ensureRunning();
		ensureRunning(this.outcomes);
		ensureRunning(this.returns);
	}

	/** Ends when everything is settled. */
	void close() {
		this.closed = true;
		this.acknowledger.close();
	}

	/** Whether everything is settled. */
	boolean isThrough() {
		return this.acknowledger.isThrough() && this.open.get() == 0;
	}

	/** Tells of what a stop does not wait for. */
	void sayLate() {
		if (!this.acknowledger.isThrough()) {
			logger.warn(
					"Listener {}: messages of queue {} were handled but could not be acknowledged before the stop; "
							+ "that is tried again, but where the process ends other consumers get them again ({})",
					this.listener, this.source.queue().name(), this.acknowledger.failure());
		}
		if (this.open.get() > 0) {
			logger.warn(
					"Listener {}: messages of queue {} could not be settled before the stop; that is tried again, "
							+ "and where the process ends they come back when the lease has run out ({})",
					this.listener, this.source.queue().name(), this.failure);
		}
	}

	/**
	 * One call.
	 *
	 * @param taken whose
	 * @param settled what it is then
	 * @param verb the call
	 */
	private record Step<T>(TakenDelivery<T> taken, String settled, BooleanSupplier verb) {

		Step<T> retrying() {
			return new Step<>(this.taken, "retried", this.taken.delivery()::retry);
		}

	}

	/**
	 * Calls one after the other, each until it has succeeded.
	 */
	private final class Settling implements Runnable {

		private Deque<Step<T>> steps;

		private final CompletableFuture<Void> end = new CompletableFuture<>();

		private final boolean recall;

		private @Nullable List<TakenDelivery<T>> recalled;

		private boolean collected;

		private ScheduledThreadPoolExecutor lane = Settlements.this.outcomes;

		private int failures;

		/** Taken by whoever runs it. */
		private final AtomicBoolean due = new AtomicBoolean();

		/**
		 * Creates it.
		 * @param steps what is settled
		 * @param recall whether what was recalled comes before it
		 */
		Settling(List<Step<T>> steps, boolean recall) {
			this.steps = new ArrayDeque<>(steps);
			this.recall = recall;
		}

		@Override
		public void run() {
			if (!this.due.compareAndSet(true, false)) {
				return;
			}
			try {
				collect();
				while (!this.steps.isEmpty()) {
					call(this.steps.element());
					this.steps.remove();
					succeeded();
				}
				end();
			}
			catch (Throwable ex) {
				Thread.interrupted();
				again(ex);
			}
		}

		/** What was recalled is younger, and goes first. */
		private void collect() throws InterruptedException {
			if (this.recall && this.recalled == null) {
				this.recalled = Settlements.this.backlog.recalled(Settlements.this.source, TAKES_END);
			}
			if (this.recalled != null && !this.collected) {
				Deque<Step<T>> all = new ArrayDeque<>(youngestFirst(this.recalled, false));
				all.addAll(this.steps);
				this.steps = all;
				this.collected = true;
			}
		}

		private void call(Step<T> step) {
			if (!step.verb().getAsBoolean()) {
				logger.debug("Listener {}: message {} of queue {} was not {}: its lease was lost",
						Settlements.this.listener, step.taken().delivery().id(), Settlements.this.source.queue().name(),
						step.settled());
			}
		}

		private void succeeded() {
			if (this.failures > 0) {
				this.failures = 0;
				Settlements.this.failing.decrementAndGet();
			}
		}

		private void end() {
			succeeded();
			if (this.recall) {
				Settlements.this.backlog.returned(Settlements.this.source);
			}
			Settlements.this.open.decrementAndGet();
			this.end.complete(null);
		}

		/** Whatever is thrown in here, it is made again. */
		private void again(Throwable ex) {
			try {
				note(ex);
			}
			catch (Throwable other) {
				// There is no memory, or the log throws: the call is made again anyway.
			}
			schedule(this, Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.max(0, Math.min(5, this.failures - 1))));
		}

		private void note(Throwable ex) {
			if (this.failures++ == 0) {
				Settlements.this.failing.incrementAndGet();
			}
			Settlements.this.failure = ex.getMessage();
			boolean unavailable = ex instanceof QueueUnavailableException;
			if (unavailable || Settlements.this.failing.get() > MANY) {
				// What fails meanwhile only adds to what cannot be settled.
				Settlements.this.source.holdOff(HOLD_OFF);
			}
			Step<T> step = this.steps.peek();
			if (step != null && !(ex instanceof QueueException) && !(ex instanceof OutOfMemoryError)) {
				this.steps.remove();
				if (!Settlements.this.closed) {
					// Not Redis is at fault but what the failure brings, its message say.
					this.steps.addFirst(step.retrying());
				}
			}
			if (step != null && this.failures == 1) {
				logger.warn(
						"Listener {}: message {} of queue {} could not be {} yet and stays on loan; that is "
								+ "tried again until it can",
						Settlements.this.listener, step.taken().delivery().id(), Settlements.this.source.queue().name(),
						step.settled(), ex);
			}
		}

	}

}
