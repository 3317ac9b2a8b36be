/**
 * The queue in a Spring Boot application: {@link dev.redisqueue.boot.RedisQueueListener}
 * on the methods that handle messages, and the
 * {@link dev.redisqueue.boot.RedisQueueListenerRegistry} of what runs them. All that
 * applications import of this module is here and in the packages {@code test} and
 * {@code embedded}. Imports the containers of {@code dev.redisqueue.listener} and Spring,
 * and nothing of the packages below.
 * <p>
 * Those below read downwards: {@code autoconfigure} puts the beans together,
 * {@code listener} makes containers of annotated methods, {@code queues} makes the queues
 * and their bean definitions, {@code properties} reads and checks the settings.
 */
@NullMarked
package dev.redisqueue.boot;

import org.jspecify.annotations.NullMarked;
