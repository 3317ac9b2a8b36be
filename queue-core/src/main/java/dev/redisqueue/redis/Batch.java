package dev.redisqueue.redis;

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
record Batch(List<Loan> loans, @Nullable Long nextDue, @Nullable String expired, boolean paused) {

	static final Batch NOTHING = new Batch(List.of(), null, null, false);

	static final Batch PAUSED = new Batch(List.of(), null, null, true);

}
