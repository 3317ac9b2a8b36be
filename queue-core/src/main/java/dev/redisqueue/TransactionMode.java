package dev.redisqueue;

/**
 * What a put does that is called within a Spring transaction.
 */
public enum TransactionMode {

	/**
	 * It is sent when the transaction has committed, and not at all when it is rolled
	 * back: nobody takes a message about a row that is not there (yet). The payload is
	 * encoded at once. A process that dies between commit and put loses the message:
	 * where that is not acceptable, write it in the transaction (an outbox) instead.
	 */
	AFTER_COMMIT,

	/** It is sent at once, whatever becomes of the transaction. */
	NONE

}
