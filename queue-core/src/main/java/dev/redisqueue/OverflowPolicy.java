package dev.redisqueue;

/**
 * What a put does where the queue is full.
 *
 * @see QueueOptions#maxSize()
 */
public enum OverflowPolicy {

	/** It is refused at once. */
	REJECT,

	/**
	 * It waits for room up to {@link QueueOptions#putTimeout()}, and is refused after
	 * that. It looks again after 10 to 250 ms, so that waiting producers get room in no
	 * particular order. After a transaction it is the commit that waits.
	 */
	BLOCK

}
