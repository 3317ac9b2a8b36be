/**
 * What tests of every module share: a private Redis, fresh queue names, and the check of
 * a queue's keys that runs after a test. Imports the JDK, Lettuce and AssertJ; knows the
 * layout from its description, not from the code under test.
 */
package dev.redisqueue.testing;
