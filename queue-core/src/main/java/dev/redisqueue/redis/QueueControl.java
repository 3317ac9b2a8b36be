package dev.redisqueue.redis;

import java.util.Optional;
import java.util.function.Supplier;

import dev.redisqueue.DeadLetters;
import dev.redisqueue.QueueStats;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.take.HeadPeek;
import dev.redisqueue.redis.upkeep.QueueLife;

/**
 * The verbs that neither add nor hand out: they look, hold, and remove all.
 *
 * @param <T> the type of the payload
 */
final class QueueControl<T> {

	private final QueueLife life;

	private final QueueStore store;

	private final HeadPeek<T> peek;

	private final StatsReader stats;

	private final DeadLetters<T> deadLetters;

	private final Failures failures;

	QueueControl(QueueLife life, QueueStore store, HeadPeek<T> peek, StatsReader stats, DeadLetters<T> deadLetters,
			Failures failures) {
		this.life = life;
		this.store = store;
		this.peek = peek;
		this.stats = stats;
		this.deadLetters = deadLetters;
		this.failures = failures;
	}

	Optional<T> peek() {
		return call("peek", this.peek::peek);
	}

	long size() {
		return call("count its messages", this.store::size);
	}

	long clear() {
		return call("clear it", this.store::clear);
	}

	QueueStats stats() {
		return call("read its figures", this.stats::read);
	}

	void pause() {
		call("pause it", () -> {
			this.store.pause();
			return true;
		});
	}

	void resume() {
		call("resume it", () -> {
			this.store.resume();
			return true;
		});
		this.life.signal();
	}

	boolean isPaused() {
		return call("ask whether it is paused", this.store::isPaused);
	}

	DeadLetters<T> deadLetters() {
		return this.deadLetters;
	}

	private <R> R call(String doing, Supplier<R> call) {
		this.life.use();
		return this.failures.explaining(doing, null, call);
	}

}
