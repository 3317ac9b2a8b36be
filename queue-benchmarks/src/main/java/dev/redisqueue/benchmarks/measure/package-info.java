/**
 * What a case is and how it is measured: contenders in turns, gauges around their work,
 * results with a ratio for each round. Knows nothing of queues.
 */
@NullMarked
package dev.redisqueue.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
