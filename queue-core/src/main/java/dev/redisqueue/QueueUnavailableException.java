package dev.redisqueue;

import org.jspecify.annotations.Nullable;

/**
 * Redis could not be reached, or could not serve, for 10 s. Nothing was lost; the call
 * may be made again.
 */
public class QueueUnavailableException extends QueueException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param queue the name of the queue
	 * @param messageId the id of the message, or {@code null} where none is concerned
	 * @param message what failed, and what follows from it
	 * @param cause the cause, if any
	 */
	public QueueUnavailableException(String queue, @Nullable String messageId, String message,
			@Nullable Throwable cause) {
		super(queue, messageId, message, cause);
	}

}
