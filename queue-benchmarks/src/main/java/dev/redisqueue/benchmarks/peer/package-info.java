/**
 * The subjects of the comparison, one file each, and what drives them. A subject is set
 * up as its own documentation advises for throughput, and says how.
 */
@NullMarked
package dev.redisqueue.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
