package dev.redisqueue.benchmarks.peer;

/**
 * What is put.
 */
public final class Payloads {

	/** JSON of 200 bytes. */
	public static final String SMALL = ofBytes(200);

	private Payloads() {
	}

	/**
	 * JSON of a size.
	 * @param bytes the size, 50 at least
	 * @return the JSON
	 */
	public static String ofBytes(int bytes) {
		String head = "{\"orderId\":42,\"customer\":\"acme\",\"text\":\"";
		String tail = "\"}";
		return head + "x".repeat(bytes - head.length() - tail.length()) + tail;
	}

}
