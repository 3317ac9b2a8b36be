package dev.redisqueue;

import org.jspecify.annotations.Nullable;

/**
 * The reply to a get was lost: at most the message that it carried is gone. Whoever
 * cannot afford that uses {@code take}.
 */
public class GetOutcomeUnknownException extends QueueException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param queue the name of the queue
	 * @param messageId the id of the message, or {@code null} where none is concerned
	 * @param message what failed, and what follows from it
	 * @param cause the cause, if any
	 */
	public GetOutcomeUnknownException(String queue, @Nullable String messageId, String message,
			@Nullable Throwable cause) {
		super(queue, messageId, message, cause);
	}

}
