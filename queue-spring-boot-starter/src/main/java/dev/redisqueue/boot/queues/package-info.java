/**
 * From settings to beans: the bean definitions of the queues, the factories that they are
 * made with, one for each connection, and the explanation where one cannot be injected.
 * Imports {@code properties}, the API, the codecs, the factory of
 * {@code dev.redisqueue.redis} and the connection factories of Spring Data Redis; of
 * Lettuce nothing.
 * <p>
 * No API: it may change with every version.
 */
@NullMarked
package dev.redisqueue.boot.queues;

import org.jspecify.annotations.NullMarked;
