package dev.redisqueue.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import dev.redisqueue.QueueStats;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a queue holds, one figure after the other.
 */
final class StatsReader {

	private static final String[] NUMBERS = { "paused", "acked", "retried", "interrupted", "buried", "expired",
			"recovered", "lettersExpired" };

	private StatsReader() {
	}

	/**
	 * Reads the figures.
	 * @param engine of this queue
	 * @param lastPoll how long ago this process asked for a message to take
	 */
	static QueueStats read(QueueParts engine, @Nullable Duration lastPoll) {
		Map<String, Long> numbers = engine.store().numbers(NUMBERS);
		ToLongFunction<String> total = (name) -> numbers.getOrDefault(name, 0L);
		long taken = engine.leases().consumers().stream().mapToLong(engine.leases()::held).sum();
		return new QueueStats(engine.store().size(), engine.store().delayed(), taken, engine.letters().size(),
				engine.leases().liveConsumers(), oldestAge(engine), lastPoll, total.applyAsLong("paused") != 0,
				total.applyAsLong("acked"), total.applyAsLong("retried"), total.applyAsLong("interrupted"),
				total.applyAsLong("buried"), total.applyAsLong("expired"), total.applyAsLong("recovered"),
				total.applyAsLong("lettersExpired"));
	}

	private static @Nullable Duration oldestAge(QueueParts engine) {
		Duration age = Optional.ofNullable(engine.store().peek(FrameHead.LIMIT).message())
			.flatMap((bytes) -> StoredMessage.read(bytes, () -> "").time(FrameHead.PUT_AT))
			.map((time) -> Duration.between(time, Instant.ofEpochMilli(engine.knownClock().now())))
			.orElse(null);
		return (age != null && age.isNegative()) ? Duration.ZERO : age;
	}

}
