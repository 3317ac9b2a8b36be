/**
 * Listeners: what hands the messages of queues to a handler, and decides what becomes of
 * each delivery. Begin with {@link dev.redisqueue.listener.RedisQueueListenerContainer}.
 * <p>
 * Written on the public API of the queue alone: whatever happens here, an application
 * could do as well. Imports that API, Spring's life cycle and SLF4J; knows nothing of
 * Redis.
 */
@NullMarked
package dev.redisqueue.listener;

import org.jspecify.annotations.NullMarked;
