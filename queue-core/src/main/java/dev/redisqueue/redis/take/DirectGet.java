package dev.redisqueue.redis.take;

import java.util.Optional;

import dev.redisqueue.ExpiryPolicy;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.QueueParts;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.QueueStore.Peeked;
import dev.redisqueue.redis.store.QueueStore.Removed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes messages at once. What has been removed and cannot be handed out becomes a dead
 * letter.
 *
 * @param <T> the type of the payload
 */
public final class DirectGet<T> {

	private static final Logger logger = LoggerFactory.getLogger(DirectGet.class);

	private static final long LONGEST_SEARCH = RedisLink.DEADLINE.toNanos();

	private final QueueParts engine;

	private final Payloads<T> payloads;

	public DirectGet(QueueParts engine, Payloads<T> payloads) {
		this.engine = engine;
		this.payloads = payloads;
	}

	public Optional<T> get() {
		try {
			// Known before anything is removed: nothing may fail between that and the
			// caller.
			this.engine.knownClock();
			long start = System.nanoTime();
			while (true) {
				Removed removed = this.engine.store().get();
				if (removed.message() != null) {
					Optional<T> payload = handOut(StoredMessage.read(removed.message(), this.engine.ids()::next));
					if (payload.isPresent()) {
						return payload;
					}
				}
				else if (removed.tooLarge() > 0) {
					reject(removed.tooLarge());
				}
				else if (!hasBecomeReady(removed)) {
					return Optional.empty();
				}
				// A backlog that cannot be handed out must not hold up the caller for
				// ever.
				if (System.nanoTime() - start > LONGEST_SEARCH || Thread.currentThread().isInterrupted()) {
					return Optional.empty();
				}
			}
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().get(ex);
		}
	}

	private boolean hasBecomeReady(Removed removed) {
		Long due = removed.nextDue();
		if (due == null) {
			return false;
		}
		if (due <= this.engine.knownClock().now()) {
			return this.engine.dueTimer().promote() > 0;
		}
		this.engine.dueTimer().due(due);
		return false;
	}

	private Optional<T> handOut(StoredMessage message) {
		if (StoredMessage.isUnknownVersion(message.stored())) {
			deposit(message, Taker.UNKNOWN_VERSION, null);
			return Optional.empty();
		}
		if (this.payloads.isTooLarge(message)) {
			deposit(message, Taker.tooLarge(message.stored().length, this.engine.options()), null);
			return Optional.empty();
		}
		if (message.expires() && message.isExpired(this.engine.knownClock())) {
			expired(message);
			return Optional.empty();
		}
		try {
			return Optional.of(this.payloads.decode(message,
					"It was moved to the dead letters: list() shows it, redrive() brings it back"));
		}
		catch (UndecodablePayloadException ex) {
			deposit(message, Taker.UNDECODABLE, ex);
			throw ex;
		}
	}

	private void expired(StoredMessage message) {
		if (this.engine.options().expiredMessages() == ExpiryPolicy.BURY) {
			deposit(message, Taker.EXPIRED, null);
			return;
		}
		try {
			this.engine.store().countExpired();
			logger.debug("Queue {}: message {} had expired and was discarded", this.engine.name(), message.id());
		}
		catch (CallFailedException ex) {
			logger.warn("Queue {}: message {} had expired and was discarded, but could not be counted ({})",
					this.engine.name(), message.id(), ex.reason());
		}
	}

	private void deposit(StoredMessage message, String reason, @Nullable Exception cause) {
		try {
			byte[] head = LetterFrame.head(message.id(), reason, cause, message.attempt());
			store(LetterFrame.id(message.id()), FrameHead.join(head, message.stored()), Taker.EXPIRED.equals(reason));
			logger.warn("Queue {}: message {} became a dead letter: {}", this.engine.name(), message.id(), reason);
		}
		catch (CallFailedException ex) {
			throw new UndecodablePayloadException(this.engine.name(), message.id(), message.stored(),
					"Queue " + this.engine.name() + ": message " + message.id() + " was removed, cannot be handed out ("
							+ reason + ") and could not be made a dead letter (" + ex.reason()
							+ "). bytes() of this exception has it: keep it",
					ex.getCause());
		}
	}

	private void store(String id, byte[] letter, boolean expired) {
		if (expired) {
			this.engine.letters().depositExpired(id, letter);
		}
		else {
			this.engine.letters().deposit(id, letter);
		}
	}

	private void reject(long length) {
		String id = this.engine.ids().next();
		String reason = Taker.tooLarge(length, this.engine.options());
		if (this.engine.store().reject(id, LetterFrame.head(id, reason, null, 1))) {
			logger.warn("Queue {}: message {} became a dead letter: {}", this.engine.name(), id, reason);
		}
	}

	public Optional<T> peek() {
		Peeked peeked;
		try {
			peeked = this.engine.store().peek((long) this.engine.options().maxReceivedBytes() + FrameHead.LIMIT);
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().call("peek", null, ex);
		}
		byte[] stored = peeked.message();
		if (stored == null) {
			return Optional.empty();
		}
		StoredMessage message = StoredMessage.read(stored, () -> "at the head");
		boolean tooLarge = stored.length < peeked.length() || this.payloads.isTooLarge(message);
		if (tooLarge || StoredMessage.isUnknownVersion(stored)) {
			throw new UndecodablePayloadException(this.engine.name(), null, null,
					"Queue " + this.engine.name() + ": the message at the head cannot be handed out ("
							+ (tooLarge ? Taker.tooLarge(peeked.length(), this.engine.options())
									: Taker.UNKNOWN_VERSION)
							+ "). It stays; the next get or take makes it a dead letter",
					null);
		}
		return Optional
			.of(this.payloads.decode(message, "It stays; the next get makes it a dead letter, a take hands it out"));
	}

}
