package dev.redisqueue.redis.frame;

import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a message may be handed out, and if not, why: one answer for take, get,
 * peek and recovery. Each decides by itself what becomes of the message then.
 */
public final class HandOutRule {

	private final int maxReceivedBytes;

	private final RedisLink link;

	/**
	 * Creates the rule of a queue.
	 * @param spec the queue
	 * @param link tells the time of Redis
	 */
	public HandOutRule(QueueSpec spec, RedisLink link) {
		this.maxReceivedBytes = spec.options().maxReceivedBytes();
		this.link = link;
	}

	/** A message that is longer (in bytes, with its head) is not even loaded. */
	public long longestLoaded() {
		return (long) this.maxReceivedBytes + FrameHead.LIMIT;
	}

	/** {@code null} where it may be handed out now. */
	public @Nullable Refusal refusal(StoredMessage message) {
		Refusal timeless = timelessRefusal(message);
		if (timeless != null) {
			return timeless;
		}
		return (message.expires() && message.isExpired(this.link.knownClock())) ? Refusal.EXPIRED : null;
	}

	/**
	 * The same without a look at the time: for peek, and for recovery, which leaves it to
	 * the next taker whether a message has expired.
	 */
	public @Nullable Refusal timelessRefusal(StoredMessage message) {
		if (StoredMessage.isUnknownVersion(message.stored())) {
			return Refusal.UNKNOWN_VERSION;
		}
		return (message.stored().length - message.payloadAt() > this.maxReceivedBytes)
				? tooLarge(message.stored().length) : null;
	}

	/** Of a message that was not loaded for its length. */
	public Refusal tooLarge(long length) {
		return new Refusal(Refusal.Kind.TOO_LARGE, "too large to be received: " + length + " bytes, the limit is "
				+ this.maxReceivedBytes + " (max-received-size)");
	}

}
