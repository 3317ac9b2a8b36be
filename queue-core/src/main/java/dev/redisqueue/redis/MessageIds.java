package dev.redisqueue.redis;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes ids for messages and consumers: 64 random bits of this process and a counter.
 */
final class MessageIds {

	private static final byte[] DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

	/** What all ids of this process begin with. */
	private final byte[] process;

	private final AtomicLong count = new AtomicLong();

	MessageIds() {
		byte[] random = new byte[8];
		new SecureRandom().nextBytes(random);
		String process = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + ".";
		this.process = process.getBytes(StandardCharsets.US_ASCII);
	}

	String next() {
		return text(nextBytes());
	}

	/** The next id in ASCII: each message has one, and not each needs a text of it. */
	byte[] nextBytes() {
		return bytes(this.count.incrementAndGet());
	}

	/**
	 * Reserves the next ids.
	 * @param count how many
	 * @return the number of the first, for {@link #bytes(long)}
	 */
	long reserve(int count) {
		return this.count.getAndAdd(count) + 1;
	}

	/** The id of a number that was reserved. */
	byte[] bytes(long number) {
		int digits = 1;
		for (long rest = number / DIGITS.length; rest > 0; rest /= DIGITS.length) {
			digits++;
		}
		long left = number;
		byte[] id = Arrays.copyOf(this.process, this.process.length + digits);
		for (int at = id.length - 1; at >= this.process.length; at--) {
			id[at] = DIGITS[(int) (left % DIGITS.length)];
			left /= DIGITS.length;
		}
		return id;
	}

	static String text(byte[] id) {
		return new String(id, StandardCharsets.ISO_8859_1);
	}

}
