package dev.redisqueue.redis;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.store.LetterStore.Stored;

/**
 * A stored letter, with its payload.
 *
 * @param <T> the type of the payload
 */
final class DefaultDeadLetter<T> implements DeadLetter<T> {

	private final String queue;

	private final Payloads<T> payloads;

	private final Stored stored;

	private final StoredMessage letter;

	private final StoredMessage message;

	DefaultDeadLetter(String queue, Payloads<T> payloads, Stored stored) {
		this.queue = queue;
		this.payloads = payloads;
		this.stored = stored;
		this.letter = LetterFrame.read(stored.id(), stored.content());
		this.message = StoredMessage.read(this.letter.payload(), this.letter::id);
	}

	@Override
	public String id() {
		return this.stored.id();
	}

	@Override
	public T payload() {
		return this.payloads.decode(received(), "It stays a dead letter");
	}

	@Override
	public byte[] bytes() {
		return received().payload();
	}

	private StoredMessage received() {
		if (this.stored.content().length < this.stored.length()) {
			throw new UndecodablePayloadException(this.queue, id(), null, "Queue " + this.queue + ": dead letter "
					+ id() + " of " + size() + " bytes is too large to be received (max-received-size). It stays",
					null);
		}
		return this.message;
	}

	@Override
	public long size() {
		return this.stored.length() - this.letter.payloadAt();
	}

	@Override
	public Map<String, String> headers() {
		return this.message.headers();
	}

	@Override
	public String reason() {
		return Optional.ofNullable(this.letter.field(FrameHead.REASON)).orElse("unknown");
	}

	@Override
	public Optional<String> causeType() {
		return either(FrameHead.CAUSE);
	}

	@Override
	public Optional<String> causeMessage() {
		return either(FrameHead.CAUSE_MESSAGE);
	}

	/** Of the burial, or else of the last retry before it. */
	private Optional<String> either(String name) {
		StoredMessage source = (this.letter.field(FrameHead.CAUSE) != null) ? this.letter : this.message;
		return Optional.ofNullable(source.field(name));
	}

	@Override
	public int attempts() {
		return Optional.ofNullable(this.letter.field(FrameHead.ATTEMPTS)).map(Integer::parseInt).orElse(1);
	}

	@Override
	public Optional<Instant> putAt() {
		return this.message.time(FrameHead.PUT_AT);
	}

	@Override
	public Optional<Instant> firstFailedAt() {
		return this.message.time(FrameHead.FIRST_FAILED_AT);
	}

	@Override
	public Instant diedAt() {
		Long time = this.stored.diedAt();
		return Instant.ofEpochMilli((time != null) ? time : 0);
	}

	@Override
	public String toString() {
		return "DeadLetter[queue=" + this.queue + ", id=" + id() + ", reason=" + reason() + ", attempts=" + attempts()
				+ ", " + size() + " bytes]";
	}

}
