package dev.redisqueue.redis.frame;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

import dev.redisqueue.redis.link.Digits;

/**
 * Makes ids for messages and consumers: 64 random bits of this process and a counter.
 */
public final class MessageIds {

	/** What all ids of this process begin with. */
	private final byte[] process;

	private final AtomicLong count = new AtomicLong();

	public MessageIds() {
		byte[] random = new byte[8];
		new SecureRandom().nextBytes(random);
		String process = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + ".";
		this.process = process.getBytes(StandardCharsets.US_ASCII);
	}

	public String next() {
		return text(nextBytes());
	}

	/** The next id in ASCII: each message has one, and not each needs a text of it. */
	public byte[] nextBytes() {
		return bytes(this.count.incrementAndGet());
	}

	/**
	 * Reserves the next ids.
	 * @param count how many
	 * @return the number of the first, for {@link #bytes(long)}
	 */
	public long reserve(int count) {
		return this.count.getAndAdd(count) + 1;
	}

	/** The id of a number that was reserved. */
	public byte[] bytes(long number) {
		return Digits.append(this.process, number, Character.MAX_RADIX);
	}

	public static String text(byte[] id) {
		return new String(id, StandardCharsets.ISO_8859_1);
	}

}
