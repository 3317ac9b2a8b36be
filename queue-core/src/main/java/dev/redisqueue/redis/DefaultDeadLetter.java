package dev.redisqueue.redis;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.LetterStore.Stored;

/**
 * A stored letter, with its payload.
 *
 * @param <T> the type of the payload
 */
final class DefaultDeadLetter<T> implements DeadLetter<T> {

	private final String queue;

	private final Payloads<T> payloads;

	private final Stored stored;

	private final Message letter;

	private final Message message;

	DefaultDeadLetter(String queue, Payloads<T> payloads, Stored stored) {
		this.queue = queue;
		this.payloads = payloads;
		this.stored = stored;
		this.letter = Letters.read(stored);
		this.message = Message.read(this.letter.payload(), this.letter::id);
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

	private Message received() {
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
		return Optional.ofNullable(this.letter.field(Head.REASON)).orElse("unknown");
	}

	@Override
	public Optional<String> causeType() {
		return either(Head.CAUSE);
	}

	@Override
	public Optional<String> causeMessage() {
		return either(Head.CAUSE_MESSAGE);
	}

	/** Of the burial, or else of the last retry before it. */
	private Optional<String> either(String name) {
		Message source = (this.letter.field(Head.CAUSE) != null) ? this.letter : this.message;
		return Optional.ofNullable(source.field(name));
	}

	@Override
	public int attempts() {
		return Optional.ofNullable(this.letter.field(Head.ATTEMPTS)).map(Integer::parseInt).orElse(1);
	}

	@Override
	public Optional<Instant> putAt() {
		return this.message.time(Head.PUT_AT);
	}

	@Override
	public Optional<Instant> firstFailedAt() {
		return this.message.time(Head.FIRST_FAILED_AT);
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
