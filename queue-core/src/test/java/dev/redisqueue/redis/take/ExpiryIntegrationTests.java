package dev.redisqueue.redis.take;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.redisqueue.Delivery;
import dev.redisqueue.ExpiryPolicy;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A message whose time has passed is not handed out, and leaves a trace.
 */
@Timeout(60)
class ExpiryIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	/** Ready only when its time has passed. */
	private static final PutOptions TOO_LATE = PutOptions.create()
		.expireAfter(Duration.ofMillis(1))
		.delay(Duration.ofMillis(50));

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@ParameterizedTest
	@EnumSource
	void neitherTakeNorGetHandsOutAnExpiredMessage(ExpiryPolicy policy) throws Exception {
		RedisQueue<String> queue = queue(policy);
		queue.put("a", TOO_LATE);
		queue.put("b", TOO_LATE);
		await().until(() -> queue.size() == 2);
		queue.put("c");
		List<Delivery<String>> taken = queue.take(10, SOON);
		assertThat(taken).extracting(Delivery::payload).containsExactly("c");
		assertThat(queue.ackAll(taken)).isEqualTo(1);
		queue.put("d", TOO_LATE);
		await().until(() -> queue.size() == 1);
		assertThat(queue.getNowait()).isEmpty();
		QueueStats stats = queue.stats();
		assertThat(stats.expired()).isEqualTo(3);
		assertThat(stats.dead()).isEqualTo((policy == ExpiryPolicy.BURY) ? 3 : 0);
		assertThat(stats.buried()).isEqualTo(stats.dead());
		assertThat(stats.acked()).as("an expired message was not done").isEqualTo(1);
		assertThat(stats.ready() + stats.delayed() + stats.taken()).isZero();
	}

	@Test
	void whatIsDiscardedIsNamedInTheLog() throws Exception {
		RedisQueue<String> queue = queue(ExpiryPolicy.DISCARD);
		try (LogEvents taker = LogEvents.of(Deliveries.class, this.fixture.name());
				LogEvents getter = LogEvents.of(GetRefusals.class, this.fixture.name())) {
			queue.put("a", TOO_LATE.id("m1"));
			await().until(() -> queue.size() == 1);
			assertThat(queue.take(Duration.ZERO)).isEmpty();
			queue.put("b", TOO_LATE.id("m2"));
			await().until(() -> queue.size() == 1);
			assertThat(queue.getNowait()).isEmpty();
			assertThat(Stream.concat(taker.lines().stream(), getter.lines().stream())).hasSize(2)
				.allMatch((line) -> line.startsWith("DEBUG "))
				.anyMatch((line) -> line.contains("message m1"))
				.anyMatch((line) -> line.contains("message m2"));
		}
	}

	private RedisQueue<String> queue(ExpiryPolicy policy) {
		return this.fixture.queue(QueueOptions.defaults().withExpiredMessages(policy));
	}

}
