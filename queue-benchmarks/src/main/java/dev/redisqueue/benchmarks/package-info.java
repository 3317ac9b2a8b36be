/**
 * What the queue costs, beside the same commands sent by hand. Both sides of a case run
 * in turns within one run, so that a machine which changes its speed changes it for both.
 */
@NullMarked
package dev.redisqueue.benchmarks;

import org.jspecify.annotations.NullMarked;
