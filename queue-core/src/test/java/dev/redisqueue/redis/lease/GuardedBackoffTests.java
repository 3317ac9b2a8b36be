package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Backoff;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueNames;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GuardedBackoffTests {

	@Test
	void whatTheApplicationSaysHolds() {
		assertThat(delay((attempt) -> Duration.ofSeconds(attempt), 3)).isEqualTo(Duration.ofSeconds(3));
		assertThat(delay(Backoff.fixed(Duration.ZERO), 1)).isEqualTo(Duration.ZERO);
	}

	@Test
	void whereItThrowsTheDefaultDecidesAndItIsAskedOnce() {
		AtomicInteger asked = new AtomicInteger();
		Duration thrown = delay((attempt) -> {
			asked.incrementAndGet();
			throw new IllegalStateException("no");
		}, 1);
		assertThat(thrown).isBetween(Duration.ZERO, Duration.ofSeconds(1));
		assertThat(asked).hasValue(1);
		assertThat(delay((attempt) -> {
			throw new StackOverflowError();
		}, 1)).isBetween(Duration.ZERO, Duration.ofSeconds(1));
	}

	@Test
	void whatIsNoDelayIsReplaced() {
		assertThat(delay((attempt) -> null, 1)).isBetween(Duration.ZERO, Duration.ofSeconds(1));
		assertThat(delay((attempt) -> Duration.ofMillis(-1), 1)).isBetween(Duration.ZERO, Duration.ofSeconds(1));
		assertThat(delay((attempt) -> Duration.ofSeconds(Long.MAX_VALUE), 1)).isBetween(Duration.ZERO,
				Duration.ofSeconds(1));
	}

	private static Duration delay(Backoff backoff, int attempt) {
		String queue = QueueNames.fresh();
		try (LogEvents events = LogEvents.of(GuardedBackoff.class, queue)) {
			GuardedBackoff guarded = new GuardedBackoff(
					new QueueSpec(queue, QueueOptions.defaults().withBackoff(backoff)));
			Duration delay = guarded.delay(attempt);
			assertThat(events.lines()).as("said once, with the queue")
				.hasSizeLessThanOrEqualTo(1)
				.allMatch((line) -> line.contains("Queue " + queue));
			return delay;
		}
	}

}
