package dev.redisqueue;

import org.jspecify.annotations.Nullable;

/**
 * The reply to a put was lost: the message is there once or not at all. It is not
 * repeated by the queue; whoever repeats it may put it twice, unless the put is unique.
 */
public class PutOutcomeUnknownException extends QueueException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param queue the name of the queue
	 * @param messageId the id of the message, or {@code null} where none is concerned
	 * @param message what failed, and what follows from it
	 * @param cause the cause, if any
	 */
	public PutOutcomeUnknownException(String queue, @Nullable String messageId, String message,
			@Nullable Throwable cause) {
		super(queue, messageId, message, cause);
	}

}
