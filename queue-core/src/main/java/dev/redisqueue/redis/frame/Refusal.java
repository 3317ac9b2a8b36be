package dev.redisqueue.redis.frame;

/**
 * Why a message is not handed out.
 *
 * @param kind what is in the way
 * @param reason the same in words, as dead letters and the log say it
 */
public record Refusal(Kind kind, String reason) {

	/** Redis has it, but its payload is none of the queue's type. */
	public static final Refusal UNDECODABLE = new Refusal(Kind.UNDECODABLE, "undecodable");

	static final Refusal EXPIRED = new Refusal(Kind.EXPIRED, "expired");

	static final Refusal UNKNOWN_VERSION = new Refusal(Kind.UNKNOWN_VERSION,
			"a frame of an unknown version: update the library, then redrive");

	public boolean isExpiry() {
		return this.kind == Kind.EXPIRED;
	}

	/** What may be in the way. */
	public enum Kind {

		/** Larger than this queue receives. */
		TOO_LARGE,

		/** A frame that a newer version of the library has written. */
		UNKNOWN_VERSION,

		/** Its time has passed. */
		EXPIRED,

		/** No payload of the queue's type. */
		UNDECODABLE

	}

}
