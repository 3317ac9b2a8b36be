package dev.redisqueue.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Finds the properties of a {@link RedisQueueTest}.
 */
class RedisQueueTestContextBootstrapper extends TestSliceTestContextBootstrapper<RedisQueueTest> {

}
