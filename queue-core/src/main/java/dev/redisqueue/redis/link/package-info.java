/**
 * The way to Redis and back: connections, what may be sent again and what its failure
 * means, values of replies, the clock of Redis; and what every room stands on: what was
 * said of the queue, the threads, and the signal that ends waits. Imports no other room.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.link;

import org.jspecify.annotations.NullMarked;
