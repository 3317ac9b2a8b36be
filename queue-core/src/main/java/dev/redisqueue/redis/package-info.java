/**
 * The queue on Redis: keys, scripts, frames, leases and connections. The one public type
 * is {@link dev.redisqueue.redis.RedisQueueFactory}; everything else is this package's
 * own. Imports the API, the codecs, Spring Data Redis and Lettuce.
 */
@NullMarked
package dev.redisqueue.redis;

import org.jspecify.annotations.NullMarked;
