package dev.redisqueue.redis.upkeep;

import java.time.Duration;

import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.store.LetterStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps dead letters up to the number and the age that the options of a queue say.
 */
public final class LetterTrimmer {

	private static final Logger logger = LoggerFactory.getLogger(LetterTrimmer.class);

	/** Letters may be large: so many are removed in one go. */
	private static final int STEP = 200;

	/** What is left then waits for the next tick. */
	private static final int MOST_STEPS = 50;

	private final String queue;

	private final LetterStore letters;

	private final long limit;

	private final @Nullable Duration age;

	/**
	 * Creates the trimmer of a queue.
	 * @param spec the queue
	 * @param letters the state changes
	 */
	public LetterTrimmer(QueueSpec spec, LetterStore letters) {
		this.queue = spec.name();
		this.letters = letters;
		this.limit = spec.options().deadLetterLimit();
		this.age = spec.options().deadLetterAge();
	}

	void trim() {
		if (this.limit == 0 && this.age == null) {
			return;
		}
		long removed = 0;
		long step = STEP;
		for (int i = 0; i < MOST_STEPS && step == STEP; i++) {
			step = this.letters.trim(this.limit, this.age, STEP);
			removed += step;
		}
		if (removed > 0) {
			logger.info("Queue {}: {} dead letters were removed for good, since {} are kept for {}", this.queue,
					removed, (this.limit > 0) ? this.limit : "all", (this.age != null) ? this.age : "ever");
		}
	}

}
