/**
 * The cases: those that compare this project with its peers, and those that compare it
 * with itself under other conditions.
 */
@NullMarked
package dev.redisqueue.benchmarks.cases;

import org.jspecify.annotations.NullMarked;
