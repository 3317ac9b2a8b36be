package dev.redisqueue.boot.listener;

import java.util.Set;

import dev.redisqueue.listener.RedisQueueListenerContainer;

/**
 * A listener of the registry.
 *
 * @param method what it calls
 * @param container what runs it
 * @param queues the bean names of its queues, aliases included
 */
record RegisteredListener(ListenerMethod method, RedisQueueListenerContainer<?> container, Set<String> queues) {
}
