package dev.redisqueue.boot.properties;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * A mistake of the application's that is found at start: what is wrong, and the mend.
 */
public final class QueueStartupException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String action;

	public QueueStartupException(String description, String action) {
		this(description, action, null);
	}

	public QueueStartupException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	public String action() {
		return this.action;
	}

}
