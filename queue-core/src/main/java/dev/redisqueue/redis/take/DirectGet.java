package dev.redisqueue.redis.take;

import java.util.Optional;

import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.Refusal;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.Removed;
import dev.redisqueue.redis.upkeep.DueTimer;

/**
 * Removes the next message that can be handed out.
 *
 * @param <T> the type of the payload
 */
public final class DirectGet<T> {

	private static final long LONGEST_SEARCH = RedisLink.DEADLINE.toNanos();

	private final RedisLink link;

	private final QueueStore store;

	private final HandOutRule rule;

	private final Payloads<T> payloads;

	private final GetRefusals refusals;

	private final DueTimer dueTimer;

	/**
	 * Creates the get of a queue.
	 * @param link tells the time of Redis
	 * @param store removes
	 * @param rule says what may be handed out
	 * @param payloads decodes
	 * @param refusals takes what may not
	 * @param dueTimer makes ready what is due
	 */
	public DirectGet(RedisLink link, QueueStore store, HandOutRule rule, Payloads<T> payloads, GetRefusals refusals,
			DueTimer dueTimer) {
		this.link = link;
		this.store = store;
		this.rule = rule;
		this.payloads = payloads;
		this.refusals = refusals;
		this.dueTimer = dueTimer;
	}

	Optional<T> get() {
		// Known before anything is removed: nothing may fail between that and the caller.
		this.link.knownClock();
		long start = System.nanoTime();
		while (true) {
			Removed removed = this.store.get();
			if (removed.message() != null) {
				Optional<T> payload = handOut(this.refusals.read(removed.message()));
				if (payload.isPresent()) {
					return payload;
				}
			}
			else if (removed.tooLarge() > 0) {
				this.refusals.reject(this.rule.tooLarge(removed.tooLarge()));
			}
			else if (!hasBecomeReady(removed)) {
				return Optional.empty();
			}
			// A backlog that cannot be handed out must not hold up the caller for ever.
			if (System.nanoTime() - start > LONGEST_SEARCH || Thread.currentThread().isInterrupted()) {
				return Optional.empty();
			}
		}
	}

	private boolean hasBecomeReady(Removed removed) {
		Long due = removed.nextDue();
		if (due == null) {
			return false;
		}
		if (due <= this.link.knownClock().now()) {
			return this.dueTimer.promoteSome() > 0;
		}
		this.dueTimer.due(due);
		return false;
	}

	private Optional<T> handOut(StoredMessage message) {
		Refusal refusal = this.rule.refusal(message);
		if (refusal != null) {
			this.refusals.refuse(message, refusal);
			return Optional.empty();
		}
		try {
			return Optional.of(this.payloads.decode(message,
					"It was moved to the dead letters: list() shows it, redrive() brings it back"));
		}
		catch (UndecodablePayloadException ex) {
			this.refusals.deposit(message, Refusal.UNDECODABLE, ex);
			throw ex;
		}
	}

}
