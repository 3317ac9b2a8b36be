package dev.redisqueue.redis.link;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.QueueOptions;

/**
 * What was said of a queue when it was made.
 *
 * @param name its name
 * @param options its options
 */
public record QueueSpec(String name, QueueOptions options) {

	/** Whether its messages have no head. */
	public boolean isRaw() {
		return this.options.format() == MessageFormat.RAW;
	}

}
