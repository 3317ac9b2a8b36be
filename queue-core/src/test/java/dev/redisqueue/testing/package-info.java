/**
 * What tests of every module share. {@link dev.redisqueue.testing.QueueFixture} is where
 * to begin: it has a private Redis, proxies that break what passes, child JVMs, and a
 * queue of a fresh name, whose keys are checked after the test. What it knows of the keys
 * is from the description of the layout, not from the code under test.
 */
package dev.redisqueue.testing;
