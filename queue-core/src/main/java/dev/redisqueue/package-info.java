/**
 * The API of the queue: what an application calls.
 * <p>
 * {@link dev.redisqueue.RedisQueue} puts and removes messages,
 * {@link dev.redisqueue.Delivery} is one message on loan,
 * {@link dev.redisqueue.DeadLetters} holds what was given up. Nothing here knows Redis,
 * Spring or JSON: this package imports the JDK and JSpecify only. Queues are made by
 * {@link dev.redisqueue.redis.RedisQueueFactory}.
 */
@NullMarked
package dev.redisqueue;

import org.jspecify.annotations.NullMarked;
