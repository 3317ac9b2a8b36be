/**
 * What Spring Boot starts with: the auto-configuration, what it does ahead of time, and
 * the analysis of the mistakes that the other packages find. Imports all packages below
 * {@code dev.redisqueue.boot} but {@code test} and {@code embedded}; nothing imports it.
 * <p>
 * No API: applications name {@code RedisQueueAutoConfiguration} to exclude it or to be
 * ordered beside it, and nothing else here.
 */
@NullMarked
package dev.redisqueue.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
