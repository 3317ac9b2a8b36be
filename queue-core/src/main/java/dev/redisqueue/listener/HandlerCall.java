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
			conclude(execution, begun || failure != null ? readable : work, begun, failure);
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

	/** Nobody else would settle them: without memory it is tried again. */
	private void conclude(@Nullable Execution<T> execution, List<TakenDelivery<T>> work, boolean begun,
			@Nullable Throwable failure) {
		while (!work.isEmpty()) {
			try {
				Settlements<T> settlements = this.pipelines.of(work.get(0));
				if (failure != null) {
					fail(execution, work, failure, settlements);
				}
				else if (begun) {
					settlements.acknowledge(unsettled(work));
				}
				else {
					settlements.giveBack(work);
				}
				return;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
		}
	}

	private void fail(@Nullable Execution<T> execution, List<TakenDelivery<T>> work, Throwable failure,
			Settlements<T> settlements) {
		if (execution != null && execution.isStopping()) {
			settlements.giveBackInterrupted(unsettled(work));
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
