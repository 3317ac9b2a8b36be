package dev.redisqueue.listener;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The settlements of a listener, one for each of its queues.
 *
 * @param <T> the type of the payload
 */
final class Pipelines<T> {

	private final List<Settlements<T>> all;

	private final Map<Source<T>, Settlements<T>> bySource = new IdentityHashMap<>();

	Pipelines(List<Settlements<T>> all) {
		this.all = all;
		all.forEach((one) -> this.bySource.put(one.source(), one));
	}

	List<Settlements<T>> all() {
		return this.all;
	}

	Settlements<T> of(Source<T> source) {
		return Objects.requireNonNull(this.bySource.get(source), "not one of its queues");
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
