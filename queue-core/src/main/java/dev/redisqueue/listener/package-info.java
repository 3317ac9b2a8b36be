/**
 * Listeners: what hands the messages of queues to a handler, and decides what becomes of
 * each delivery. Begin with {@link dev.redisqueue.listener.RedisQueueListenerContainer}.
 * <p>
 * Written on the public API of the queue alone: whatever happens here, an application
 * could do as well. Imports that API, Spring's life cycle and SLF4J; knows nothing of
 * Redis.
 * <p>
 * Inside, one word for each stage of a delivery: what a take has <i>brought</i> is
 * <i>prefetched</i> until a worker gets it as its <i>work</i>; then it is <i>done</i> and
 * waits to be acknowledged, or it <i>failed</i>, or it is given back.
 */
@NullMarked
package dev.redisqueue.listener;

import org.jspecify.annotations.NullMarked;
