package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Dead letters are kept as long as the options say, and brought back at a pace.
 */
@Timeout(60)
class DeadLetterIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(1));

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void theOldestLettersAboveTheLimitGoAndAreCounted() throws Exception {
		try (LogEvents events = LogEvents.of(LetterTrimmer.class, this.fixture.name())) {
			RedisQueue<String> queue = this.fixture.queue(OPTIONS.withDeadLetterLimit(3));
			bury(queue, 10);
			await().atMost(SOON).until(() -> queue.deadLetters().size() == 3);
			assertThat(queue.deadLetters().list(0, 10)).extracting(DeadLetter::payload).containsExactly("7", "8", "9");
			assertThat(queue.stats().lettersExpired()).isEqualTo(7);
			assertThat(queue.stats().buried()).isEqualTo(10);
			await().atMost(SOON).until(() -> !events.lines().isEmpty());
			assertThat(events.lines())
				.allMatch((line) -> line.startsWith("INFO ") && line.contains("dead letters were removed for good"));
		}
	}

	@Test
	void lettersAboveTheAgeGoByTheTickOfAnyProcess() throws Exception {
		bury(this.fixture.queue(), 3);
		RedisQueue<String> other = this.fixture.queue(OPTIONS.withDeadLetterAge(Duration.ofSeconds(1)));
		assertThat(other.isEmpty()).isTrue();
		await().atMost(SOON).until(() -> other.deadLetters().size() == 0);
		assertThat(other.stats().lettersExpired()).isEqualTo(3);
	}

	@Test
	void thousandsOfLettersGoInSteps() {
		for (int i = 0; i < 1000; i++) {
			this.fixture.redis().zadd(this.fixture.side("dead"), i, QueueFixture.bytes("d" + i));
			this.fixture.redis()
				.hset(this.fixture.side("letters"), QueueFixture.bytes("d" + i), QueueFixture.bytes("m"));
		}
		RedisQueue<String> queue = this.fixture.queue(OPTIONS.withDeadLetterLimit(10));
		assertThat(queue.isEmpty()).isTrue();
		await().atMost(SOON).until(() -> queue.deadLetters().size() == 10);
		assertThat(queue.stats().lettersExpired()).isEqualTo(990);
	}

	@Test
	void allLettersAreKeptWhereNothingElseIsSaid() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		bury(queue, 3);
		new LetterTrimmer(new QueueSpec(queue.name(), QueueOptions.defaults()), null).trim();
		assertThat(queue.deadLetters().size()).isEqualTo(3);
	}

	@Test
	void aPacedRedriveTakesItsTime() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		bury(queue, 20);
		long start = System.nanoTime();
		assertThat(queue.deadLetters().redrive(15, 20)).isEqualTo(15);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(650));
		assertThat(queue.deadLetters().size()).isEqualTo(5);
		assertThat(queue.take(100, SOON)).extracting(Delivery::payload)
			.containsExactlyElementsOf(IntStream.range(0, 15).mapToObj(String::valueOf).toList());
		assertThat(queue.deadLetters().redrive(100, 10_000)).as("all that there are").isEqualTo(5);
		assertThat(queue.deadLetters().redrive(100, 1)).as("none").isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> queue.deadLetters().redrive(1, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> queue.deadLetters().redrive(-1, 1));
	}

	@Test
	void twoProcessesBringEachLetterBackOnce() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueue<String> other = this.fixture.queue();
		bury(queue, 200);
		CompletableFuture<Long> one = Async.call(() -> queue.deadLetters().redrive(1000, 500));
		CompletableFuture<Long> two = Async.call(() -> other.deadLetters().redrive(1000, 500));
		long redriven = one.get(30, TimeUnit.SECONDS) + two.get(30, TimeUnit.SECONDS);
		assertThat(redriven).isEqualTo(200);
		assertThat(queue.deadLetters().size()).isZero();
		assertThat(queue.take(1000, SOON)).extracting(Delivery::payload)
			.containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200).mapToObj(String::valueOf).toList());
	}

	@Test
	void anInterruptedRedriveKeepsWhatItBroughtBack() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		bury(queue, 50);
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CompletableFuture<Long> redriven = Async.call(() -> {
			thread.complete(Thread.currentThread());
			return queue.deadLetters().redrive(50, 1);
		});
		await().atMost(SOON).until(() -> queue.size() > 0);
		thread.get().interrupt();
		assertThat(redriven).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(InterruptedException.class);
		assertThat(queue.size()).isBetween(1L, 49L);
		assertThat(queue.size() + queue.deadLetters().size()).isEqualTo(50);
	}

	@Test
	void whatDiesAgainMeanwhileIsLeftForTheNextCall() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		bury(queue, 10);
		AtomicBoolean end = new AtomicBoolean();
		CompletableFuture<Object> burying = Async.call(() -> {
			while (!end.get()) {
				queue.take(Duration.ofMillis(20)).ifPresent((delivery) -> delivery.bury("again"));
			}
			return null;
		});
		assertThat(queue.deadLetters().redrive(1000, 20)).isEqualTo(10);
		await().atMost(SOON).until(() -> queue.deadLetters().size() == 10);
		end.set(true);
		burying.get(20, TimeUnit.SECONDS);
	}

	private static void bury(RedisQueue<String> queue, int count) throws InterruptedException {
		queue.putAll(IntStream.range(0, count).mapToObj(String::valueOf).toList());
		List<Delivery<String>> taken = new ArrayList<>();
		while (taken.size() < count) {
			taken.addAll(queue.take(count - taken.size(), SOON));
		}
		taken.forEach((delivery) -> assertThat(delivery.bury("dead")).isTrue());
	}

}
