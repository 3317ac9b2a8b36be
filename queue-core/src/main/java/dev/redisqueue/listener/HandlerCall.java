package dev.redisqueue.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Hands deliveries to the handler, and what comes of it to whom it concerns.
 *
 * @param <T> the type of the payload
 */
final class HandlerCall<T> {

	/** For acknowledgements before a message that may kill the process. */
	private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

	private final DeliveryHandler<T> handler;

	private final OutcomeExecutor<T> outcomes;

	private final Pipelines<T> pipelines;

	private final Prefetch prefetch;

	private final Backlog<T> backlog;

	private final Runnable done;

	HandlerCall(DeliveryHandler<T> handler, OutcomeExecutor<T> outcomes, Pipelines<T> pipelines, Prefetch prefetch,
			Backlog<T> backlog) {
		this.handler = handler;
		this.outcomes = outcomes;
		this.pipelines = pipelines;
		this.prefetch = prefetch;
		this.backlog = backlog;
		this.done = backlog::done;
	}

	/**
	 * Handles deliveries of one queue on the caller's thread, and tells the backlog when
	 * that is done; never throws.
	 */
	void run(List<TakenDelivery<T>> work, Caller<T> caller) {
		Execution<T> execution = null;
		List<TakenDelivery<T>> readable = work;
		Throwable failure = null;
		boolean begun = false;
		try {
			begun = mayBegin(work, caller);
			if (begun) {
				execution = new Execution<>(work, this.done);
				caller.handles(execution);
				LoggingContext.set(work);
				readable = readable(work);
				if (!readable.isEmpty()) {
					call(execution, readable);
				}
			}
		}
		catch (Throwable ex) {
			failure = ex;
		}
		boolean mine = execution == null || execution.finish();
		caller.handles(null);
		if (mine) {
			if (execution != null) {
				this.prefetch.handled(execution.age(), work.size());
			}
			conclude(execution, readable, begun, failure);
			this.backlog.done();
		}
		LoggingContext.clear();
	}

	/** {@code false} where it may not begin any more. */
	private boolean mayBegin(List<TakenDelivery<T>> work, Caller<T> caller) {
		if (LastAttempt.isOf(work.get(0))) {
			// What the others have done is not held against them if this one kills us.
			long deadline = System.nanoTime() + LONGEST_WAIT;
			while (!this.pipelines.isAcknowledged() && System.nanoTime() - deadline < 0 && !this.backlog.isClosed()) {
				LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
			}
			return !this.backlog.isClosed();
		}
		return !caller.isRetired();
	}

	/** Those that can be decoded and are still ours. */
	private List<TakenDelivery<T>> readable(List<TakenDelivery<T>> work) {
		List<TakenDelivery<T>> readable = null;
		for (int i = 0; i < work.size(); i++) {
			TakenDelivery<T> taken = work.get(i);
			if (taken.delivery().isSettled() || !isReadable(taken)) {
				readable = (readable != null) ? readable : new ArrayList<>(work.subList(0, i));
			}
			else if (readable != null) {
				readable.add(taken);
			}
		}
		return (readable != null) ? readable : work; // Nearly always all.
	}

	private boolean isReadable(TakenDelivery<T> taken) {
		try {
			taken.delivery().payload();
			return true;
		}
		catch (QueueUnavailableException ex) {
			this.pipelines.of(taken).giveBack(List.of(taken));
			return false;
		}
		catch (Exception | Error ex) {
			this.outcomes.fail(List.of(taken), ex);
			return false;
		}
	}

	private void call(Execution<T> execution, List<TakenDelivery<T>> readable) throws Exception {
		if (readable.size() < execution.work().size()) {
			LoggingContext.set(readable);
		}
		List<Delivery<T>> deliveries = deliveries(readable);
		for (Delivery<T> delivery : deliveries) {
			delivery.onLeaseLost(execution);
		}
		this.handler.handle(deliveries);
	}

	private static <T> List<Delivery<T>> deliveries(List<TakenDelivery<T>> work) {
		return (work.size() == 1) ? List.of(work.get(0).delivery())
				: work.stream().map(TakenDelivery::delivery).toList();
	}

	/** What the handler has not settled itself: nearly always all. */
	private static <T> List<TakenDelivery<T>> unsettled(List<TakenDelivery<T>> work) {
		for (TakenDelivery<T> taken : work) {
			if (taken.delivery().isSettled()) {
				return work.stream().filter((one) -> !one.delivery().isSettled()).toList();
			}
		}
		return work;
	}

	/**
	 * Nobody else would settle them: what fails on the way is tried again, and plainly.
	 */
	private void conclude(@Nullable Execution<T> execution, List<TakenDelivery<T>> work, boolean begun,
			@Nullable Throwable failure) {
		boolean plainly = false;
		while (!work.isEmpty()) {
			try {
				if (plainly) {
					work.forEach((taken) -> this.pipelines.of(taken).settle(taken, "retried", taken.delivery()::retry));
				}
				else if (failure != null) {
					fail(execution, work, failure);
				}
				else if (begun) {
					this.pipelines.of(work.get(0)).acknowledge(unsettled(work));
				}
				else {
					this.pipelines.of(work.get(0)).giveBack(work);
				}
				return;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
			catch (Throwable ex) {
				plainly = true;
				NoMemory.pause();
			}
		}
	}

	private void fail(@Nullable Execution<T> execution, List<TakenDelivery<T>> work, Throwable failure) {
		if (execution != null && execution.isStopping()) {
			this.pipelines.of(work.get(0)).giveBackInterrupted(unsettled(work));
		}
		else {
			this.outcomes.fail(work, failure);
		}
	}

	/**
	 * On whose thread a handler is called.
	 */
	interface Caller<T> {

		/** What it handles from now on; {@code null} for nothing. */
		void handles(@Nullable Execution<T> execution);

		/** Whether another one has taken its place, so that it begins nothing more. */
		boolean isRetired();

	}

}
