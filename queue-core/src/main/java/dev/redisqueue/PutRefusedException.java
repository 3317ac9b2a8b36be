package dev.redisqueue;

import org.jspecify.annotations.Nullable;

/**
 * A put was refused: the message was surely not stored.
 */
public class PutRefusedException extends QueueException {

	private static final long serialVersionUID = 1L;

	private final int stored;

	/**
	 * Creates the exception.
	 * @param queue the name of the queue
	 * @param messageId the id of the message, or {@code null} where it has none
	 * @param stored how many messages of the same call were stored before
	 * @param message what failed, and what follows from it
	 * @param cause the cause, if any
	 */
	public PutRefusedException(String queue, @Nullable String messageId, int stored, String message,
			@Nullable Throwable cause) {
		super(queue, messageId, message, cause);
		this.stored = stored;
	}

	/**
	 * How many messages of a {@code putAll} were stored before the refused ones.
	 * @return the number, zero for a single put
	 */
	public int stored() {
		return this.stored;
	}

}
