/**
 * What this process has borrowed: its consumer and the lives of it, the loans, what
 * becomes of each, and the recovery of consumers that died. Imports store, frame and
 * link.
 * <p>
 * No API: whoever imports from here may break with any release.
 */
@NullMarked
package dev.redisqueue.redis.lease;

import org.jspecify.annotations.NullMarked;
