/**
 * A link checker whose work list is a queue. Start at {@link LinkCheckerApplication}.
 */
@NullMarked
package dev.redisqueue.sample;

import org.jspecify.annotations.NullMarked;
