package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a shutdown interrupts is executed again, and not held against the message.
 */
@Timeout(60)
class InterruptionIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void anInterruptedMessageIsNextAgainWithItsAttemptCounted() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("a", PutOptions.create().id("m1").header("k", "v"));
		queue.put("b");
		assertThat(queue.take(SOON).orElseThrow().releaseInterrupted()).isTrue();
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.payload()).isEqualTo("a");
		assertThat(again.id()).isEqualTo("m1");
		assertThat(again.headers()).containsExactly(java.util.Map.entry("k", "v"));
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.interruptions()).isEqualTo(1);
		assertThat(again.isRecovered()).isFalse();
		assertThat(again.ack()).isTrue();
	}

	@Test
	void interruptionsAreNotHeldAgainstTheMostAttempts() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxAttempts(2));
		queue.put("a", PutOptions.create().id("m1"));
		for (int attempt = 1; attempt <= 3; attempt++) {
			Delivery<String> delivery = queue.take(SOON).orElseThrow();
			assertThat(delivery.attempt()).isEqualTo(attempt);
			assertThat(delivery.isLastAttempt()).isFalse();
			assertThat(delivery.releaseInterrupted()).isTrue();
		}
		assertThat(queue.take(SOON).orElseThrow().retry(Duration.ZERO)).isTrue();
		Delivery<String> last = queue.take(SOON).orElseThrow();
		assertThat(last.attempt()).isEqualTo(5);
		assertThat(last.interruptions()).isEqualTo(3);
		assertThat(last.isLastAttempt()).isTrue();
		assertThat(last.retry(Duration.ZERO)).isTrue();
		assertThat(queue.deadLetters().find("m1").orElseThrow().attempts()).isEqualTo(5);
		assertThat(queue.deadLetters().redrive("m1")).isTrue();
		Delivery<String> redriven = queue.take(SOON).orElseThrow();
		assertThat(redriven.attempt()).isEqualTo(1);
		assertThat(redriven.interruptions()).isZero();
		redriven.ack();
	}

	@Test
	void aRecoveryHoldsInterruptionsAgainstNobodyEither() throws Exception {
		QueueOptions options = QueueOptions.defaults().withMaxAttempts(2);
		RedisQueue<String> other = this.fixture.queue(options);
		other.put("a", PutOptions.create().id("m1"));
		assertThat(other.take(SOON).orElseThrow().releaseInterrupted()).isTrue();
		assertThat(endedWithoutAWord(options).attempt()).isEqualTo(2);
		Delivery<String> recovered = other.take(SOON).orElseThrow();
		assertThat(recovered.attempt()).isEqualTo(3);
		assertThat(recovered.isRecovered()).isTrue();
		assertThat(recovered.isLastAttempt()).isTrue();
		assertThat(recovered.releaseInterrupted()).isTrue();
		Delivery<String> interrupted = other.take(SOON).orElseThrow();
		assertThat(interrupted.isRecovered()).as("a handler's word since").isFalse();
		assertThat(interrupted.release()).isTrue();
		assertThat(endedWithoutAWord(options).attempt()).isEqualTo(4);
		assertThat(other.deadLetters().find("m1").orElseThrow().reason()).contains("attempts exhausted");
	}

	/** What a process held that ends without settling it. */
	private Delivery<String> endedWithoutAWord(QueueOptions options) throws InterruptedException {
		try (RedisQueueFactory process = this.fixture.process()) {
			return process.create(this.fixture.name(), String.class, options).take(SOON).orElseThrow();
		}
	}

	@Test
	void anInterruptedRawMessageGoesToTheNextTakerAndNeverIntoTheList() throws Exception {
		RedisQueue<String> queue = this.fixture.raw();
		this.fixture.push("a");
		Delivery<String> first = queue.take(SOON).orElseThrow();
		assertThat(first.releaseInterrupted()).isTrue();
		assertThat(this.fixture.redis().llen(this.fixture.list())).isZero();
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.payload()).isEqualTo("a");
		assertThat(again.id()).isEqualTo(first.id());
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.interruptions()).isEqualTo(1);
		again.ack();
	}

	@Test
	void anInterruptionIsDecidedOnceLikeEveryVerb() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("a");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		assertThat(delivery.isSettled()).isFalse();
		assertThat(delivery.releaseInterrupted()).isTrue();
		assertThat(delivery.isSettled()).isTrue();
		assertThat(delivery.releaseInterrupted()).as("again").isTrue();
		assertThat(delivery.release()).as("another verb").isFalse();
		assertThat(queue.size()).isEqualTo(1);
		assertThat(this.fixture.redis().hget(this.fixture.side("meta"), QueueFixture.bytes("interrupted"))).asString()
			.isEqualTo("1");
	}

	@Test
	void whoLostItsLeaseInterruptsNothing() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withLease(Duration.ofSeconds(1)));
		queue.put("a");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		this.fixture.redis().del(this.fixture.side("consumers"));
		await().atMost(SOON).until(delivery::isSettled);
		assertThat(delivery.releaseInterrupted()).isFalse();
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.isRecovered()).isTrue();
		again.ack();
	}

	@Test
	void whoSettlesAtTheMomentOfTheLossIsToldOfIt() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withLease(Duration.ofSeconds(1)));
		queue.put("a");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		AtomicBoolean told = new AtomicBoolean();
		delivery.onLeaseLost(() -> told.set(true));
		AtomicBoolean acked = new AtomicBoolean(true);
		try (LogEvents events = LogEvents.of(LeaseLoss.class, queue.name())) {
			events.atEach(() -> acked.set(delivery.ack()));
			this.fixture.redis().del(this.fixture.side("consumers"));
			await().atMost(SOON).untilFalse(acked);
			await().atMost(SOON).untilTrue(told);
		}
	}

	@Test
	void whatAForeignClientCountsIsHeldWithinReason() throws Exception {
		this.fixture.push("RQ/1\nid:m1\nattempt:2\ninterrupted:999\n\na", "RQ/1\nid:m2\ninterrupted:many\n\nb");
		List<Delivery<String>> taken = this.fixture.queue(QueueOptions.defaults().withFormat(MessageFormat.FRAMED))
			.take(2, SOON);
		assertThat(taken).extracting(Delivery::interruptions).containsExactly(1, 0);
		assertThat(taken.get(1).payload()).as("a malformed head is a payload").startsWith("RQ/1\n");
	}

}
