package dev.redisqueue;

/**
 * What becomes of a message whose time has passed before it was handed out. Either way it
 * is never handed out, and {@link QueueStats#expired()} counts it.
 *
 * @see PutOptions#expireAfter(java.time.Duration)
 */
public enum ExpiryPolicy {

	/** It becomes a dead letter, with its bytes. */
	BURY,

	/** It is removed for good. */
	DISCARD

}
