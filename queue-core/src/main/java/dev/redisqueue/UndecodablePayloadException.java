package dev.redisqueue;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of a message are no payload of the queue's type. The message is not lost: the
 * text says where it is.
 */
public class UndecodablePayloadException extends QueueException {

	private static final long serialVersionUID = 1L;

	private final transient byte @Nullable [] bytes;

	/**
	 * Creates the exception.
	 * @param queue the name of the queue
	 * @param messageId the id of the message, or {@code null} where none is known yet
	 * @param bytes the bytes of the payload, or {@code null} where they were not received
	 * @param message what failed, and what follows from it
	 * @param cause the cause, if any
	 */
	public UndecodablePayloadException(String queue, @Nullable String messageId, byte @Nullable [] bytes,
			String message, @Nullable Throwable cause) {
		super(queue, messageId, message, cause);
		this.bytes = bytes;
	}

	/**
	 * The bytes that could not be decoded.
	 * @return a copy of the bytes, or {@code null} where they were not received
	 */
	public byte @Nullable [] bytes() {
		return (this.bytes != null) ? this.bytes.clone() : null;
	}

}
