/**
 * Messages as bytes: head and payload, dead letters, limits, ids, and whether a message
 * may be handed out. Never imports {@code store}: a message does not know where it is.
 * Imports link.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.frame;

import org.jspecify.annotations.NullMarked;
