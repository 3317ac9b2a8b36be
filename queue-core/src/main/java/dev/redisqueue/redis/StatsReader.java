package dev.redisqueue.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import dev.redisqueue.QueueStats;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LetterStore;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.take.TakeOrder;
import dev.redisqueue.redis.upkeep.QueueUpkeep;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a queue holds, one figure after the other.
 */
final class StatsReader {

	private static final String[] NUMBERS = { "paused", "acked", "retried", "interrupted", "buried", "expired",
			"recovered", "lettersExpired" };

	private final QueueStore store;

	private final LeaseStore leases;

	private final LetterStore letters;

	private final RedisLink link;

	private final TakeOrder order;

	private final QueueUpkeep upkeep;

	StatsReader(QueueStore store, LeaseStore leases, LetterStore letters, RedisLink link, TakeOrder order,
			QueueUpkeep upkeep) {
		this.store = store;
		this.leases = leases;
		this.letters = letters;
		this.link = link;
		this.order = order;
		this.upkeep = upkeep;
	}

	QueueStats read() {
		Map<String, Long> numbers = this.store.numbers(NUMBERS);
		ToLongFunction<String> total = (name) -> numbers.getOrDefault(name, 0L);
		long taken = this.leases.held(this.leases.consumers());
		return QueueStats.empty()
			.withReady(this.store.size())
			.withDelayed(this.store.delayed())
			.withTaken(taken)
			.withDead(this.letters.size())
			.withConsumers(this.leases.liveConsumers())
			.withOldestAge(oldestAge())
			.withLastPoll(this.order.lastPoll())
			.withLastBeat(this.upkeep.lastBeat())
			.withPaused(total.applyAsLong("paused") != 0)
			.withAcked(total.applyAsLong("acked"))
			.withRetried(total.applyAsLong("retried"))
			.withInterrupted(total.applyAsLong("interrupted"))
			.withBuried(total.applyAsLong("buried"))
			.withExpired(total.applyAsLong("expired"))
			.withRecovered(total.applyAsLong("recovered"))
			.withLettersExpired(total.applyAsLong("lettersExpired"));
	}

	private @Nullable Duration oldestAge() {
		Duration age = Optional.ofNullable(this.store.peek(FrameHead.LIMIT).message())
			.flatMap((bytes) -> StoredMessage.read(bytes, () -> "").time(FrameHead.PUT_AT))
			.map((time) -> Duration.between(time, Instant.ofEpochMilli(this.link.knownClock().now())))
			.orElse(null);
		return (age != null && age.isNegative()) ? Duration.ZERO : age;
	}

}
