/**
 * What goes on beside the calls of the application: heartbeat and tick, delayed messages
 * on time, recovery of the dead, trimming of letters, and the life of a queue. Imports
 * lease, store and link.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.upkeep;

import org.jspecify.annotations.NullMarked;
