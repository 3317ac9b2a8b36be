package dev.redisqueue;

/**
 * How a queue writes its messages. Both formats are read by every queue.
 */
public enum MessageFormat {

	/**
	 * A short readable head (id, time, headers) before the payload. The default.
	 */
	FRAMED,

	/**
	 * The bytes of the payload alone, as a client in another language would push and pop
	 * them.
	 */
	RAW

}
