package dev.redisqueue.boot.properties;

import org.jspecify.annotations.Nullable;

/**
 * What listeners want of a queue that they name.
 *
 * @param payloadType the class, or {@code null} where they leave it open
 * @param listener who says so
 */
public record ListenedQueue(@Nullable Class<?> payloadType, String listener) {
}
