/**
 * What a run has around it, in processes of their own: busy loops that want the
 * processors too, and a way to Redis that takes its time.
 */
@NullMarked
package dev.redisqueue.benchmarks.around;

import org.jspecify.annotations.NullMarked;
