package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A delivery that nobody settles would be renewed in silence for ever.
 */
@Timeout(60)
class HoldWarningIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final QueueOptions OPTIONS = QueueOptions.defaults()
		.withLease(Duration.ofSeconds(1))
		.withHoldWarning(Duration.ofSeconds(1));

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private LogEvents events;

	@BeforeEach
	void listen() {
		this.events = LogEvents.of(HoldWatch.class, this.fixture.name());
	}

	@AfterEach
	void stop() {
		this.events.close();
	}

	@Test
	void whatIsHeldForLongIsReportedOnceByName() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("a", PutOptions.create().id("first"));
		queue.put("b", PutOptions.create().id("second"));
		Delivery<String> first = queue.take(SOON).orElseThrow();
		await().atMost(SOON).until(() -> this.events.lines().size() == 1);
		assertThat(this.events.lines().get(0)).startsWith("WARN ")
			.contains("Queue " + this.fixture.name(), "message first", "PT1S", "hold-warning");
		Delivery<String> second = queue.take(SOON).orElseThrow();
		await().atMost(SOON).until(() -> this.events.lines().size() > 1);
		assertThat(this.events.lines()).as("the first is not reported again").hasSize(2);
		assertThat(this.events.lines().get(1)).contains("message second");
		assertThat(queue.ackAll(List.of(first, second))).isEqualTo(2);
	}

	@Test
	void aStuckProcessDoesNotFloodTheLog() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
		List<Delivery<String>> all = queue.take(100, SOON);
		await().atMost(SOON).until(() -> !this.events.lines().isEmpty());
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(this.events.lines()).last().asString().contains("more messages"));
		assertThat(this.events.lines()).hasSizeLessThan(30);
		assertThat(queue.ackAll(all)).isEqualTo(100);
	}

	@Test
	void whatIsSettledIsNotReported() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("a", PutOptions.create().id("settled"));
		assertThat(queue.take(SOON).orElseThrow().ack()).isTrue();
		queue.put("b", PutOptions.create().id("held"));
		Delivery<String> held = queue.take(SOON).orElseThrow();
		await().atMost(SOON).until(() -> !this.events.lines().isEmpty());
		assertThat(this.events.lines()).hasSize(1).first().asString().contains("message held");
		held.ack();
	}

}
