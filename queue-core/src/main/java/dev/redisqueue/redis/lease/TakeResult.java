package dev.redisqueue.redis.lease;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a take brought.
 *
 * @param loans the messages, in order
 * @param nextDue the next due time (ms), or {@code null}
 * @param expired a consumer to recover, or {@code null}
 * @param paused whether the queue is paused
 */
public record TakeResult(List<Loan> loans, @Nullable Long nextDue, @Nullable String expired, boolean paused) {

	public static final TakeResult NOTHING = new TakeResult(List.of(), null, null, false);

	static final TakeResult PAUSED = new TakeResult(List.of(), null, null, true);

	/**
	 * Whoever has it cannot hand it on: the heartbeat gives the messages back. Needs no
	 * memory.
	 */
	public void abandon() {
		Loan.abandon(this.loans);
	}

}
