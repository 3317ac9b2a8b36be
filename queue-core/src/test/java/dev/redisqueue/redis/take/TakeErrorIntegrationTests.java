package dev.redisqueue.redis.take;

import java.time.Duration;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What was borrowed by a take that ends by an error goes back. */
@Timeout(60)
class TakeErrorIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void anErrorBetweenALoanAndItsDeliveryGivesTheLoanBack() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults()
			.withLease(Duration.ofSeconds(1))
			.withMaxPutBytes(100)
			.withMaxReceivedBytes(1_000));
		this.fixture.push("first", "x".repeat(10_000), "last");
		try (LogEvents events = LogEvents.of(Deliveries.class, this.fixture.name())) {
			events.atEach(() -> {
				throw new OutOfMemoryError("provoked");
			});
			assertThatThrownBy(() -> queue.take(3, SOON)).isInstanceOf(OutOfMemoryError.class);
		}
		for (String payload : new String[] { "first", "last" }) {
			Delivery<String> delivery = queue.take(SOON).orElseThrow();
			assertThat(delivery.payload()).isEqualTo(payload);
			assertThat(delivery.attempt()).isEqualTo(1);
			assertThat(delivery.ack()).isTrue();
		}
		await().atMost(SOON).until(() -> queue.stats().taken() == 0);
		assertThat(queue.stats().dead()).isEqualTo(1);
	}

}
