package dev.redisqueue.boot.embedded;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * The embedded server cannot run here.
 */
class EmbeddedRedisException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	EmbeddedRedisException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
