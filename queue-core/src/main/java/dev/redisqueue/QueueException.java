package dev.redisqueue;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * An operation on a queue failed. The message says what failed, what became of the
 * message, and what to do. Thrown itself where trying again does not help: a key of
 * another type, a missing permission, an answer that nobody expected.
 */
public class QueueException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String queue;

	private final @Nullable String messageId;

	/**
	 * Creates the exception.
	 * @param queue the name of the queue
	 * @param messageId the id of the message, or {@code null} where none is concerned
	 * @param message what failed, and what follows from it
	 * @param cause the cause, if any
	 */
	public QueueException(String queue, @Nullable String messageId, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.queue = queue;
		this.messageId = messageId;
	}

	/**
	 * The queue.
	 * @return its name
	 */
	public String queue() {
		return this.queue;
	}

	/**
	 * The message.
	 * @return its id, or empty where none is concerned
	 */
	public Optional<String> messageId() {
		return Optional.ofNullable(this.messageId);
	}

}
