/**
 * Handing messages out: the take loop and the order in which it looks, the direct get,
 * waiting for what arrives, and the delivery. Imports upkeep, lease, store, frame and
 * link.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.take;

import org.jspecify.annotations.NullMarked;
