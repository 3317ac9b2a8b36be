/**
 * The way to Redis and back: connections, what may be sent again, values of replies, the
 * clock of Redis, and the threads. Imports no other room.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.link;

import org.jspecify.annotations.NullMarked;
