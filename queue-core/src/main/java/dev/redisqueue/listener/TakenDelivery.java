package dev.redisqueue.listener;

import dev.redisqueue.Delivery;

/**
 * A delivery, and where and when it was taken.
 *
 * @param <T> the type of the payload
 * @param source where it was taken
 * @param delivery the delivery
 * @param time when it was taken, by the monotonic clock
 */
record TakenDelivery<T>(Source<T> source, Delivery<T> delivery, long time) {
}
