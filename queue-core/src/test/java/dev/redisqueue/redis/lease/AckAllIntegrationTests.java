package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Acknowledgements of many at once. */
@Timeout(120)
class AckAllIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void aDeliveryThatIsNamedTwiceCountsOnce() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("a", "b"));
		List<Delivery<String>> taken = queue.take(2, SOON);
		assertThat(queue.ackAll(List.of(taken.get(1), taken.get(0), taken.get(1)))).isEqualTo(2);
		assertThat(queue.stats().acked()).isEqualTo(2);
	}

	@Test
	void moreThanGoInOneCallAreAcknowledgedInAnyOrder() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(Collections.nCopies(9000, "x"));
		List<Delivery<String>> taken = new ArrayList<>();
		while (taken.size() < 9000) {
			taken.addAll(queue.take(1000, SOON));
		}
		Collections.shuffle(taken);
		assertThat(queue.ackAll(taken)).isEqualTo(9000);
		assertThat(queue.stats().acked()).isEqualTo(9000);
		assertThat(queue.stats().taken()).isZero();
	}

}
