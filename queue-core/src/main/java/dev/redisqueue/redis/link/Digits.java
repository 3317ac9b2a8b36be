package dev.redisqueue.redis.link;

import java.util.Arrays;

/**
 * Writes numbers straight into bytes: each message has an id and each acknowledgement a
 * tag, and nobody needs a text of them.
 */
public final class Digits {

	private Digits() {
	}

	/**
	 * The prefix, and behind it the digits of a number.
	 * @param prefix what comes before it
	 * @param number a number that is not negative
	 * @param radix up to 36; digits above nine are lower-case letters
	 */
	public static byte[] append(byte[] prefix, long number, int radix) {
		int digits = 1;
		for (long rest = number / radix; rest > 0; rest /= radix) {
			digits++;
		}
		byte[] bytes = Arrays.copyOf(prefix, prefix.length + digits);
		long left = number;
		for (int at = bytes.length - 1; at >= prefix.length; at--) {
			int digit = (int) (left % radix);
			bytes[at] = (byte) ((digit < 10) ? '0' + digit : 'a' + digit - 10);
			left /= radix;
		}
		return bytes;
	}

}
