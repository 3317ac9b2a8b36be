package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What becomes of the calls of simulated clients on their way: most arrive and are
 * answered. Others lose their reply, are never sent, are carried out later than their own
 * repeat, or see the process die.
 */
final class ModelCalls {

	private final Random random;

	/** Calls that Redis has not read yet, though their clients gave up on them. */
	private final List<Supplier<?>> late = new ArrayList<>();

	private boolean calm;

	ModelCalls(Random random) {
		this.random = random;
	}

	/** Nothing goes wrong any more. */
	void calmDown() {
		this.calm = true;
		this.late.forEach(Supplier::get);
		this.late.clear();
	}

	/** Redis reads a call that has been on its way for long. */
	void deliverLate() {
		if (!this.late.isEmpty()) {
			this.late.remove(this.random.nextInt(this.late.size())).get();
		}
	}

	<R> Outcome<R> call(Supplier<R> call) {
		int fate = this.calm ? 0 : this.random.nextInt(100);
		if (fate < 80) {
			return new Outcome<>(true, false, call.get());
		}
		if (fate < 88) {
			call.get();
			return new Outcome<>(false, false, null);
		}
		if (fate < 92) {
			return new Outcome<>(false, false, null);
		}
		if (fate < 96) {
			this.late.add(call);
			return new Outcome<>(false, false, null);
		}
		if (this.random.nextBoolean()) {
			call.get();
		}
		return new Outcome<>(false, true, null);
	}

	/**
	 * What the client knows of its call.
	 *
	 * @param <R> the type of the reply
	 * @param known whether the reply was seen
	 * @param crashed whether the client died of it
	 * @param reply the reply, if it was seen
	 */
	record Outcome<R>(boolean known, boolean crashed, R reply) {
	}

}
