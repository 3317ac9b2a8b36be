/**
 * Adding messages: from a payload to the reply of the push, alone or together with what
 * other threads put, within a transaction, and waiting for room. Imports upkeep, store,
 * frame and link.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.put;

import org.jspecify.annotations.NullMarked;
