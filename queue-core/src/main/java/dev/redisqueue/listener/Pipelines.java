package dev.redisqueue.listener;

import java.util.List;

/**
 * The settlements of a listener, one for each of its queues.
 *
 * @param <T> the type of the payload
 */
final class Pipelines<T> {

	private final List<Settlements<T>> all;

	Pipelines(List<Settlements<T>> all) {
		this.all = all;
	}

	List<Settlements<T>> all() {
		return this.all;
	}

	Settlements<T> of(Source<T> source) {
		for (Settlements<T> one : this.all) {
			if (one.source() == source) {
				return one;
			}
		}
		throw new IllegalArgumentException("Not one of its queues: " + source.queue());
	}

	/** Those of the queue where it was taken. */
	Settlements<T> of(TakenDelivery<T> taken) {
		return of(taken.source());
	}

	/** Starts what should run and does not. */
	void ensureRunning() {
		this.all.forEach(Settlements::ensureRunning);
	}

	/** Whether all that was handled is acknowledged, where that is possible for now. */
	boolean isAcknowledged() {
		for (Settlements<T> one : this.all) {
			if (!one.isAcknowledged()) {
				return false;
			}
		}
		return true;
	}

	/** Whether everything is settled. */
	boolean isThrough() {
		for (Settlements<T> one : this.all) {
			if (!one.isThrough()) {
				return false;
			}
		}
		return true;
	}

}
