package dev.redisqueue.boot;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * A mistake of the application's that is found at start: what is wrong, and the mend.
 */
class QueueStartupException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String action;

	QueueStartupException(String description, String action) {
		this(description, action, null);
	}

	QueueStartupException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
