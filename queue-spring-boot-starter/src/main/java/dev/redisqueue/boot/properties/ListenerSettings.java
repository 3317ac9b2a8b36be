package dev.redisqueue.boot.properties;

import dev.redisqueue.listener.ListenerOptions;

/**
 * What the properties say about the listeners of a queue.
 *
 * @param options concurrency and handler timeout
 * @param failures which exception has which outcome
 * @param ownFailures whether the queue itself sets one of these
 */
public record ListenerSettings(ListenerOptions options, FailureRows failures, boolean ownFailures) {
}
