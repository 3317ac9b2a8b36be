package dev.redisqueue.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import dev.redisqueue.QueueStats;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a queue holds, one figure after the other.
 */
final class Figures {

	private static final String[] NUMBERS = { "paused", "acked", "retried", "interrupted", "buried", "expired",
			"recovered", "lettersExpired" };

	private Figures() {
	}

	/**
	 * Reads the figures.
	 * @param engine of this queue
	 * @param lastPoll how long ago this process asked for a message to take
	 */
	static QueueStats read(QueueEngine engine, @Nullable Duration lastPoll) {
		Map<String, Long> numbers = engine.store().numbers(NUMBERS);
		ToLongFunction<String> total = (name) -> numbers.getOrDefault(name, 0L);
		long taken = engine.leases().consumers().stream().mapToLong(engine.leases()::held).sum();
		return QueueStats.empty()
			.withReady(engine.store().size())
			.withDelayed(engine.store().delayed())
			.withTaken(taken)
			.withDead(engine.letters().size())
			.withConsumers(engine.leases().liveConsumers())
			.withOldestAge(oldestAge(engine))
			.withLastPoll(lastPoll)
			.withPaused(total.applyAsLong("paused") != 0)
			.withAcked(total.applyAsLong("acked"))
			.withRetried(total.applyAsLong("retried"))
			.withInterrupted(total.applyAsLong("interrupted"))
			.withBuried(total.applyAsLong("buried"))
			.withExpired(total.applyAsLong("expired"))
			.withRecovered(total.applyAsLong("recovered"))
			.withLettersExpired(total.applyAsLong("lettersExpired"));
	}

	private static @Nullable Duration oldestAge(QueueEngine engine) {
		Duration age = Optional.ofNullable(engine.store().peek(Head.LIMIT).message())
			.flatMap((bytes) -> Message.read(bytes, () -> "").time(Head.PUT_AT))
			.map((time) -> Duration.between(time, Instant.ofEpochMilli(engine.knownClock().now())))
			.orElse(null);
		return (age != null && age.isNegative()) ? Duration.ZERO : age;
	}

}
