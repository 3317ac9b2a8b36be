/**
 * The keys, the Lua scripts and one method for each state change. Never imports
 * {@code frame}: scripts and stores never open a message. Imports link.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.store;

import org.jspecify.annotations.NullMarked;
