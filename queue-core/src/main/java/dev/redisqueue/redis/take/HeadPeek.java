package dev.redisqueue.redis.take;

import java.util.Optional;

import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.Refusal;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.Peeked;

/**
 * Looks at the message at the head, which stays.
 *
 * @param <T> the type of the payload
 */
public final class HeadPeek<T> {

	private final String queue;

	private final QueueStore store;

	private final HandOutRule rule;

	private final Payloads<T> payloads;

	/**
	 * Creates the peek of a queue.
	 * @param queue the name of the queue
	 * @param store reads
	 * @param rule says what can be handed out
	 * @param payloads decodes
	 */
	public HeadPeek(String queue, QueueStore store, HandOutRule rule, Payloads<T> payloads) {
		this.queue = queue;
		this.store = store;
		this.rule = rule;
		this.payloads = payloads;
	}

	public Optional<T> peek() {
		Peeked peeked = this.store.peek(this.rule.longestLoaded());
		byte[] stored = peeked.message();
		if (stored == null) {
			return Optional.empty();
		}
		StoredMessage message = StoredMessage.read(stored, () -> "at the head");
		Refusal refusal = (stored.length < peeked.length()) ? this.rule.tooLarge(peeked.length())
				: this.rule.timelessRefusal(message);
		if (refusal != null) {
			throw new UndecodablePayloadException(this.queue, null, null,
					"Queue " + this.queue + ": the message at the head cannot be handed out (" + refusal.reason()
							+ "). It stays; the next get or take makes it a dead letter",
					null);
		}
		return Optional
			.of(this.payloads.decode(message, "It stays; the next get makes it a dead letter, a take hands it out"));
	}

}
