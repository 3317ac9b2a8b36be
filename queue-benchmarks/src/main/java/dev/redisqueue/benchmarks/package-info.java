/**
 * What the queue costs, beside its peers and beside itself under other conditions. All
 * contenders of a case run in turns within one run, so that a machine which changes its
 * speed changes it for all of them.
 */
@NullMarked
package dev.redisqueue.benchmarks;

import org.jspecify.annotations.NullMarked;
