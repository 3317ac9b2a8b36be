package dev.redisqueue;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a queue holds, and what has become of its messages since its first use: the totals
 * ({@code acked} and those after it) count what all processes did, and only grow.
 *
 * @param ready messages that can be taken now
 * @param delayed messages that wait for their time, retries included
 * @param taken messages on loan to consumers
 * @param dead dead letters
 * @param consumers consumers whose lease runs
 * @param oldestAge how long ago the message at the head was put, or {@code null} if there
 * is none or another client pushed it
 * @param lastPoll how long ago this process last asked for a message to take and Redis
 * answered, be it with a message, with none, or that the queue is paused; {@code null}
 * before the first time
 * @param paused whether the queue is paused
 * @param acked messages acknowledged so far
 * @param retried retries so far
 * @param interrupted attempts so far that {@link Delivery#releaseInterrupted()} ended
 * @param buried messages buried so far
 * @param expired messages so far whose time passed before they were handed out; those
 * that were buried count as buried too
 * @param recovered messages returned from dead consumers so far
 * @param lettersExpired dead letters removed so far because there were too many, or they
 * were too old
 */
public record QueueStats(long ready, long delayed, long taken, long dead, int consumers, @Nullable Duration oldestAge,
		@Nullable Duration lastPoll, boolean paused, long acked, long retried, long interrupted, long buried,
		long expired, long recovered, long lettersExpired) {
}
