package dev.redisqueue.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.redisqueue.Backoff;
import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a message that was taken may become, and what is counted of it. */
@Timeout(300)
class DeliveryIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void takesAndAcknowledges() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("a", PutOptions.create().header("k", "v").id("order-1"));
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		assertThat(delivery.id()).isEqualTo("order-1");
		assertThat(delivery.headers()).containsExactly(java.util.Map.entry("k", "v"));
		assertThat(delivery.putAt().orElseThrow()).isBetween(Instant.now().minusSeconds(60),
				Instant.now().plusSeconds(60));
		assertThat(queue.stats().taken()).isEqualTo(1);
		assertThat(delivery.ack()).isTrue();
		assertThat(delivery.ack()).as("again").isTrue();
		assertThat(delivery.bury("late")).as("another verb").isFalse();
		QueueStats stats = queue.stats();
		assertThat(stats.taken()).isZero();
		assertThat(stats.acked()).isEqualTo(1);
		assertThat(stats.consumers()).isEqualTo(1);
	}

	@Test
	void takesABatchAndAcknowledgesItTogether() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(IntStream.range(0, 1500).mapToObj(String::valueOf).toList());
		List<Delivery<String>> first = queue.take(1000, SOON);
		List<Delivery<String>> second = queue.take(1000, SOON);
		assertThat(first).hasSize(1000);
		assertThat(second).extracting(Delivery::payload)
			.containsExactlyElementsOf(IntStream.range(1000, 1500).mapToObj(String::valueOf).toList());
		assertThat(queue.ackAll(first)).isEqualTo(1000);
		assertThat(queue.ackAll(first)).as("again").isEqualTo(1000);
		assertThat(second.get(0).bury("x")).isTrue();
		assertThat(queue.ackAll(second)).isEqualTo(499);
		assertThat(queue.stats().acked()).isEqualTo(1499);
	}

	@Test
	void releasesToTheHeadWithoutCountingTheAttempt() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("a", "b"));
		assertThat(queue.take(SOON).orElseThrow().release()).isTrue();
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.payload()).isEqualTo("a");
		assertThat(again.attempt()).isEqualTo(1);
		again.ack();
	}

	@Test
	void retriesAtTheTailWithTheAttemptCounted() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("a", "b"));
		assertThat(queue.take(SOON).orElseThrow().retry(Duration.ZERO)).isTrue();
		assertThat(queue.take(SOON).orElseThrow().payload()).isEqualTo("b");
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.payload()).isEqualTo("a");
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(queue.stats().retried()).isEqualTo(1);
	}

	@Test
	void aRetriedRawMessageKeepsItsIdAndNeverEntersTheListAsAFrame() throws Exception {
		RedisQueue<String> queue = this.fixture.raw();
		this.fixture.push("a", "b");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		String id = delivery.id();
		assertThat(delivery.retry(Duration.ofMillis(50))).isTrue();
		assertThat(this.fixture.redis().lrange(this.fixture.list(), 0, -1)).extracting(QueueFixture::text)
			.containsExactly("b");
		assertThat(queue.take(SOON).orElseThrow().payload()).isEqualTo("b");
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.id()).isEqualTo(id);
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.release()).isTrue();
		assertThat(queue.get(SOON)).contains("a");
	}

	@Test
	void theLastAttemptIsBuriedAndRedriveStartsAnew() throws Exception {
		RedisQueue<String> queue = this.fixture
			.queue(QueueOptions.defaults().withMaxAttempts(2).withBackoff(Backoff.fixed(Duration.ZERO)));
		queue.put("a", PutOptions.create().header("k", "v").id("m1"));
		queue.take(SOON).orElseThrow().retry(Duration.ZERO, new IllegalStateException("first"));
		Delivery<String> last = queue.take(SOON).orElseThrow();
		assertThat(last.retry(Duration.ZERO, new IllegalStateException("second"))).isTrue();
		DeadLetter<String> letter = queue.deadLetters().find("m1").orElseThrow();
		assertThat(letter.payload()).isEqualTo("a");
		assertThat(letter.headers()).containsEntry("k", "v");
		assertThat(letter.attempts()).isEqualTo(2);
		assertThat(letter.reason()).contains("attempts exhausted");
		assertThat(letter.causeType()).contains(IllegalStateException.class.getName());
		assertThat(letter.causeMessage()).contains("second");
		assertThat(letter.firstFailedAt()).isPresent();
		assertThat(letter.diedAt()).isAfterOrEqualTo(letter.firstFailedAt().orElseThrow());
		assertThat(queue.deadLetters().redrive(10)).isEqualTo(1);
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.attempt()).isEqualTo(1);
		assertThat(again.id()).isEqualTo("m1");
		assertThat(again.headers()).containsEntry("k", "v");
		assertThat(again.ack()).isTrue();
		assertThat(queue.deadLetters().size()).isZero();
	}

	@Test
	void closingAnUnsettledDeliveryRetriesIt() throws Exception {
		RedisQueue<String> queue = this.fixture
			.queue(QueueOptions.defaults().withBackoff(Backoff.fixed(Duration.ZERO)));
		queue.put("a");
		assertThatThrownBy(() -> {
			try (Delivery<String> delivery = queue.take(SOON).orElseThrow()) {
				throw new IllegalStateException("handler of " + delivery.payload());
			}
		}).hasMessage("handler of a");
		try (Delivery<String> again = queue.take(SOON).orElseThrow()) {
			assertThat(again.attempt()).isEqualTo(2);
			assertThat(again.ack()).isTrue();
		}
		assertThat(queue.stats().retried()).isEqualTo(1);
	}

	@Test
	void aHeadNeverGrowsPastWhatIsReadAsOne() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		PutOptions large = PutOptions.create().id("m1");
		for (int i = 0; i < 6; i++) {
			large = large.header("h" + i, "x".repeat(8192));
		}
		large = large.header("last", "x".repeat(FrameHead.PUT_LIMIT - 6 * 8198 - 60));
		queue.put("payload", large);
		for (int attempt = 1; attempt < 5; attempt++) {
			Delivery<String> delivery = queue.take(SOON).orElseThrow();
			assertThat(delivery.attempt()).isEqualTo(attempt);
			assertThat(delivery.id()).isEqualTo("m1");
			assertThat(delivery.headers()).hasSize(7);
			assertThat(delivery.payload()).isEqualTo("payload");
			delivery.retry(Duration.ZERO, new IllegalStateException("\u20ac".repeat(5000)));
		}
		PutOptions tooLarge = large.header("more", "x".repeat(200));
		assertThatThrownBy(() -> queue.put("payload", tooLarge)).isInstanceOf(PutRefusedException.class)
			.hasMessageContaining("headers");
	}

	@Test
	void aClosedProcessGivesBackWhatItHeld() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class);
		queue.putAll(List.of("a", "b", "c"));
		List<Delivery<String>> held = queue.take(2, SOON);
		AtomicBoolean told = new AtomicBoolean();
		held.get(0).onLeaseLost(() -> told.set(true));
		process.close();
		RedisQueue<String> other = this.fixture.queue();
		assertThat(other.take(3, SOON)).extracting(Delivery::payload, Delivery::attempt)
			.containsExactly(org.assertj.core.groups.Tuple.tuple("a", 2), org.assertj.core.groups.Tuple.tuple("b", 2),
					org.assertj.core.groups.Tuple.tuple("c", 1));
		assertThat(held.get(0).ack()).isFalse();
		await().untilTrue(told);
		assertThatThrownBy(() -> queue.put("d")).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("closed");
	}

	@Test
	void settlingWorksOnAnInterruptedThreadAndKeepsItsFlag() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("a");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		Thread.currentThread().interrupt();
		assertThat(delivery.ack()).isTrue();
		assertThat(Thread.interrupted()).isTrue();
	}

}
