package dev.redisqueue.redis;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes ids for messages and consumers: 64 random bits of this process and a counter.
 */
final class MessageIds {

	private final String process;

	private final AtomicLong count = new AtomicLong();

	MessageIds() {
		byte[] random = new byte[8];
		new SecureRandom().nextBytes(random);
		this.process = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
	}

	String next() {
		return this.process + "." + Long.toString(this.count.incrementAndGet(), Character.MAX_RADIX);
	}

}
