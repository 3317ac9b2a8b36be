package dev.redisqueue;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a queue holds, and what has become of its messages since its first use.
 *
 * @param ready messages that can be taken now
 * @param delayed messages that wait for their time, retries included
 * @param taken messages on loan to consumers
 * @param dead dead letters
 * @param consumers consumers whose lease runs
 * @param oldestAge how long ago the message at the head was put, or {@code null} if there
 * is none or another client pushed it
 * @param paused whether the queue is paused
 * @param acked messages acknowledged so far
 * @param retried retries so far
 * @param buried messages buried so far
 * @param recovered messages returned from dead consumers so far
 */
public record QueueStats(long ready, long delayed, long taken, long dead, int consumers, @Nullable Duration oldestAge,
		boolean paused, long acked, long retried, long buried, long recovered) {
}
