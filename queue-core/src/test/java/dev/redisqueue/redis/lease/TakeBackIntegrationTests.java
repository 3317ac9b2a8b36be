package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What nobody settles does not stay on loan for ever. */
@Timeout(60)
class TakeBackIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(1));

	private static final QueueOptions LIMITED = OPTIONS.withMaxHold(Duration.ofSeconds(2));

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

	@ParameterizedTest
	@EnumSource
	void whatIsHeldForLongerThanAllowedGoesToAnotherAndIsFenced(MessageFormat format) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(LIMITED.withFormat(format));
		RedisQueue<String> other = this.fixture.queue(LIMITED.withFormat(format));
		queue.put("a");
		Delivery<String> held = queue.take(SOON).orElseThrow();
		CountDownLatch told = new CountDownLatch(1);
		held.onLeaseLost(told::countDown);
		Delivery<String> again = other.take(SOON).orElseThrow();
		assertThat(again.payload()).isEqualTo("a");
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(held.isSettled()).isTrue();
		assertThat(held.ack()).isFalse();
		assertThat(held.retry()).isFalse();
		assertThat(queue.ackAll(List.of(held))).isZero();
		assertThat(again.ack()).isTrue();
		assertThat(queue.stats().recovered()).isEqualTo(1);
		assertWarned(held.id(), "max-hold");
	}

	@Test
	void onItsLastAttemptItBecomesADeadLetter() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(LIMITED.withMaxAttempts(1));
		queue.put("a");
		Delivery<String> held = queue.take(SOON).orElseThrow();
		await().atMost(SOON).until(() -> queue.stats().dead() == 1);
		DeadLetter<String> letter = queue.deadLetters().list(0, 1).get(0);
		assertThat(letter.reason()).contains("not settled");
		assertThat(held.ack()).isFalse();
		assertThat(queue.stats().taken()).isZero();
	}

	@Test
	void withoutALimitItStays() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("a");
		Delivery<String> held = queue.take(SOON).orElseThrow();
		System.gc();
		assertThat(queue.take(Duration.ofSeconds(4))).isEmpty();
		assertThat(held.ack()).isTrue();
	}

	@Test
	void whatWasDroppedUnsettledIsReportedAndGoesBack() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("a", PutOptions.create().id("dropped"));
		queue.put("b", PutOptions.create().id("kept"));
		drop(queue);
		Delivery<String> kept = queue.take(SOON).orElseThrow();
		assertThat(kept.payload()).isEqualTo("b");
		List<Delivery<String>> again = new ArrayList<>();
		await().atMost(SOON).until(() -> {
			System.gc();
			again.addAll(queue.take(1, Duration.ofMillis(50)));
			return !again.isEmpty();
		});
		assertThat(again.get(0).payload()).isEqualTo("a");
		assertThat(again.get(0).attempt()).isEqualTo(2);
		assertThat(again.get(0).ack()).isTrue();
		assertThat(kept.ack()).isTrue();
		assertWarned("message dropped", "by thread " + Thread.currentThread().getName());
	}

	/** Once, which may be a moment after the message has gone back. */
	private void assertWarned(String... texts) {
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(this.events.lines()).filteredOn((line) -> line.startsWith("WARN"))
				.hasSize(1)
				.first()
				.asString()
				.contains(texts));
	}

	private static void drop(RedisQueue<String> queue) throws InterruptedException {
		assertThat(queue.take(SOON).orElseThrow().payload()).isEqualTo("a");
	}

	/** Of a take of several, those that are left when the last delivery has gone. */
	@Test
	void ofATakeThatWasHalfSettledTheRestGoesBack() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(List.of("a", "b", "c", "d"));
		List<Delivery<String>> some = queue.take(4, SOON);
		assertThat(some.remove(0).ack()).isTrue();
		assertThat(queue.ackAll(List.of(some.remove(1)))).isEqualTo(1);
		System.gc();
		assertThat(queue.take(Duration.ofSeconds(3))).as("a delivery of the take is in use").isEmpty();
		assertThat(some).hasSize(2);
		some.clear();
		List<String> again = new ArrayList<>();
		await().atMost(SOON).until(() -> {
			System.gc();
			for (Delivery<String> delivery : queue.take(10, Duration.ofMillis(50))) {
				again.add(delivery.payload());
				assertThat(delivery.ack()).isTrue();
			}
			return again.size() == 2;
		});
		assertThat(again).containsExactlyInAnyOrder("b", "d");
	}

}
