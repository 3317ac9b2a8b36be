package dev.redisqueue.listener;

import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Hands deliveries to the handler, and what comes of it to whom it concerns.
 *
 * @param <T> the type of the payload
 */
final class HandlerCall<T> {

	private final DeliveryHandler<T> handler;

	private final OutcomeExecutor<T> outcomes;

	private final Acknowledger<T> acknowledger;

	private final Prefetch prefetch;

	private final LastAttemptGate gate = new LastAttemptGate();

	HandlerCall(DeliveryHandler<T> handler, OutcomeExecutor<T> outcomes, Acknowledger<T> acknowledger,
			Prefetch prefetch) {
		this.handler = handler;
		this.outcomes = outcomes;
		this.acknowledger = acknowledger;
		this.prefetch = prefetch;
	}

	/** Handles deliveries of one queue on the caller's thread; never throws. */
	void run(List<TakenDelivery<T>> work, Caller<T> caller) {
		int step = (work.size() > 1 && LastAttemptGate.isNeeded(work)) ? 1 : work.size();
		for (int from = 0; from < work.size(); from += step) {
			List<TakenDelivery<T>> part = (step == work.size()) ? work : work.subList(from, from + step);
			if (caller.isRetired() || !isHandled(part, caller)) {
				LoggingContext.clear();
				this.outcomes.giveBack(work.subList(from, work.size()));
				return;
			}
		}
	}

	/** {@code false} where it may not begin any more. */
	private boolean isHandled(List<TakenDelivery<T>> work, Caller<T> caller) {
		int permits = this.gate.enter(work);
		if (permits == 0) {
			return false;
		}
		if (LastAttemptGate.isNeeded(work)) {
			// What the others have done is not held against them if this one kills us.
			this.acknowledger.awaitDone();
			if (this.gate.isClosed()) {
				this.gate.leave(permits);
				return false;
			}
		}
		Execution<T> execution = new Execution<>(work, () -> this.gate.leave(permits));
		caller.handles(execution);
		List<TakenDelivery<T>> readable = work;
		Throwable failure = null;
		try {
			LoggingContext.set(work);
			readable = readable(work);
			if (!readable.isEmpty()) {
				call(execution, readable);
			}
		}
		catch (Throwable ex) {
			failure = ex;
		}
		this.prefetch.handled(execution.age(), work.size());
		boolean mine = execution.finish();
		caller.handles(null);
		if (mine) {
			try {
				conclude(execution, readable, failure);
			}
			finally {
				this.gate.leave(permits);
			}
		}
		return true;
	}

	/** From now on nothing begins. */
	void close() {
		this.gate.close();
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
			this.outcomes.giveBack(List.of(taken));
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

	private void conclude(Execution<T> execution, List<TakenDelivery<T>> readable, @Nullable Throwable failure) {
		if (failure == null) {
			this.acknowledger.add(unsettled(readable));
		}
		else if (execution.isStopping()) {
			this.outcomes.giveBackInterrupted(readable);
		}
		else {
			this.outcomes.fail(readable, failure);
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
