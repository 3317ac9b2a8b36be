package dev.redisqueue.redis.frame;

import java.util.Arrays;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.link.QueueSpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of payloads and payloads of messages, within the limits of the queue.
 *
 * @param <T> the type of the payload
 */
public final class Payloads<T> {

	private final String queue;

	private final PayloadCodec<T> codec;

	private final QueueOptions options;

	public Payloads(QueueSpec spec, PayloadCodec<T> codec) {
		this.queue = spec.name();
		this.codec = codec;
		this.options = spec.options();
	}

	/** The payload's bytes, refused here where the queue could not take them. */
	public byte[] encode(@Nullable T payload) {
		if (payload == null) {
			throw new IllegalArgumentException("The payload is null; a queue has no message for that");
		}
		byte[] bytes;
		try {
			bytes = this.codec.encode(payload);
		}
		catch (Exception ex) {
			throw refused("the payload cannot be encoded (" + ex.getMessage() + "). Mend the payload or the codec", ex);
		}
		if (bytes.length > this.options.maxPutBytes()) {
			throw refused("the payload has " + bytes.length + " bytes and the limit is " + this.options.maxPutBytes()
					+ ". Put a reference to it instead, or raise max-put-size", null);
		}
		if (this.options.format() == MessageFormat.RAW && StoredMessage.isFrame(bytes)) {
			throw refused("the payload begins like the head of a frame (RQ/…), and on a raw queue nobody could tell "
					+ "it from one. Use format=framed for such payloads", null);
		}
		return bytes;
	}

	/** The message of a plain put, under an id of our own. */
	public byte[] message(byte[] payload, byte[] id, byte[] putAt) {
		return (this.options.format() == MessageFormat.RAW) ? payload : FrameHead.frame(id, putAt, payload);
	}

	/** The message of a put with options. */
	public byte[] message(byte[] payload, String id, long putAt, PutOptions put) {
		if (this.options.format() == MessageFormat.RAW) {
			return payload;
		}
		byte[] head = new FrameHead().with(FrameHead.ID, id)
			.with(FrameHead.PUT_AT, putAt)
			.with(FrameHead.EXPIRES_AT, put.expireAfter().map((age) -> putAt + age.toMillis()).orElse(null))
			.withAll(put.headers())
			.bytes();
		if (head.length > FrameHead.PUT_LIMIT) {
			throw refused("its headers have " + head.length + " bytes and the limit is " + FrameHead.PUT_LIMIT
					+ ". Put large values into the payload", null);
		}
		return FrameHead.join(head, payload);
	}

	private PutRefusedException refused(String why, @Nullable Throwable cause) {
		return new PutRefusedException(this.queue, null, 0,
				"Queue " + this.queue + ": the message was not stored: " + why + ".", cause);
	}

	/**
	 * The payload of a message.
	 * @param where what becomes of a message that has none, for the exception's text
	 */
	public T decode(StoredMessage message, String where) {
		try {
			return this.codec.decode(message.payload());
		}
		// A deep structure or a missing class is the payload's fault, not the process's.
		catch (Exception | StackOverflowError | LinkageError ex) {
			// The codec's text may quote the payload, which belongs in no log.
			byte[] payload = message.payload();
			throw new UndecodablePayloadException(this.queue, message.id(), payload,
					"Queue " + this.queue + ": message " + message.id() + " of " + payload.length
							+ " bytes is no payload of this queue's type (" + ex.getClass().getSimpleName() + "). "
							+ where,
					withoutText(ex));
		}
	}

	private static Exception withoutText(Throwable failure) {
		Exception shown = new IllegalArgumentException(failure.getClass().getName());
		shown.setStackTrace(Arrays.copyOf(failure.getStackTrace(), Math.min(8, failure.getStackTrace().length)));
		return shown;
	}

}
