package dev.redisqueue.redis.take;

import dev.redisqueue.ExpiryPolicy;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.frame.Refusal;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.store.LetterStore;
import dev.redisqueue.redis.store.QueueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of messages that a get may not hand out: dead letters, but for expired
 * ones where the queue discards those.
 */
public final class GetRefusals {

	private static final Logger logger = LoggerFactory.getLogger(GetRefusals.class);

	private final QueueSpec spec;

	private final QueueStore store;

	private final LetterStore letters;

	private final MessageIds ids;

	/**
	 * Creates it for a queue.
	 * @param spec the queue
	 * @param store counts, and rejects what was left
	 * @param letters takes what was removed
	 * @param ids names messages that have no id
	 */
	public GetRefusals(QueueSpec spec, QueueStore store, LetterStore letters, MessageIds ids) {
		this.spec = spec;
		this.store = store;
		this.letters = letters;
		this.ids = ids;
	}

	/** Reads a message, which has an id then. */
	StoredMessage read(byte[] removed) {
		return StoredMessage.read(removed, this.ids::next);
	}

	/** Of a message that was removed. */
	void refuse(StoredMessage message, Refusal refusal) {
		if (refusal.isExpiry() && this.spec.options().expiredMessages() == ExpiryPolicy.DISCARD) {
			discardExpired(message);
		}
		else {
			deposit(message, refusal, null);
		}
	}

	private void discardExpired(StoredMessage message) {
		try {
			this.store.countExpired();
			logger.debug("Queue {}: message {} had expired and was discarded", this.spec.name(), message.id());
		}
		catch (CallFailedException ex) {
			logger.warn("Queue {}: message {} had expired and was discarded, but could not be counted ({})",
					this.spec.name(), message.id(), ex.reason());
		}
	}

	void deposit(StoredMessage message, Refusal refusal, @Nullable Exception cause) {
		try {
			byte[] head = LetterFrame.head(message.id(), refusal.reason(), cause, message.attempt());
			store(LetterFrame.id(message.id()), FrameHead.join(head, message.stored()), refusal);
			logger.warn("Queue {}: message {} became a dead letter: {}", this.spec.name(), message.id(),
					refusal.reason());
		}
		catch (CallFailedException ex) {
			throw new UndecodablePayloadException(this.spec.name(), message.id(), message.stored(),
					"Queue " + this.spec.name() + ": message " + message.id() + " was removed, cannot be handed out ("
							+ refusal.reason() + ") and could not be made a dead letter (" + ex.reason()
							+ "). bytes() of this exception has it: keep it",
					ex.getCause());
		}
	}

	private void store(String id, byte[] letter, Refusal refusal) {
		if (refusal.isExpiry()) {
			this.letters.depositExpired(id, letter);
		}
		else {
			this.letters.deposit(id, letter);
		}
	}

	/** Of the message at the head, which was not loaded. */
	void reject(Refusal refusal) {
		String id = this.ids.next();
		if (this.store.reject(id, LetterFrame.head(id, refusal.reason(), null, 1))) {
			logger.warn("Queue {}: message {} became a dead letter: {}", this.spec.name(), id, refusal.reason());
		}
	}

}
