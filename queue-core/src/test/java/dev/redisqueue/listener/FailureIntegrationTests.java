package dev.redisqueue.listener;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.redisqueue.Backoff;
import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a delivery whose handler failed: each row of the table of outcomes.
 */
class FailureIntegrationTests {

	private static final QueueOptions AT_ONCE = QueueOptions.defaults().withBackoff(Backoff.fixed(Duration.ZERO));

	@RegisterExtension
	final QueueFixture fixture = new QueueFixture();

	private final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());

	@Test
	void whatFailsIsTriedAgainUntilItSucceeds() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		listen(queue, FailurePolicy.defaults(), (delivery) -> {
			if (delivery.attempt() < 3) {
				throw new IOException("not yet");
			}
		});
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		assertThat(this.attempts).containsExactly(1, 2, 3);
		assertThat(queue.stats().retried()).isEqualTo(2);
	}

	@Test
	void whatFailsOnItsLastAttemptIsBuriedWithTheCause() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(3));
		listen(queue, FailurePolicy.defaults(), (delivery) -> {
			throw new IOException("never");
		});
		queue.put("one");
		DeadLetter<String> letter = letter(queue);
		assertThat(this.attempts).containsExactly(1, 2, 3);
		assertThat(letter.payload()).isEqualTo("one");
		assertThat(letter.attempts()).isEqualTo(3);
		assertThat(letter.reason()).isEqualTo("attempts exhausted");
		assertThat(letter.causeType()).contains("java.io.IOException");
		assertThat(letter.causeMessage()).contains("never");
		assertThat(letter.firstFailedAt()).isPresent();
	}

	@Test
	void aRetryWaitsForTheBackoffOfTheQueueOrTheDelayOfItsOutcome() {
		RedisQueue<String> queue = this.fixture
			.queue(QueueOptions.defaults().withBackoff(Backoff.fixed(Duration.ofHours(1))));
		listen(queue, FailurePolicy.byClass(Map.of(IOException.class, FailureOutcome.retry(Duration.ofMillis(1)))),
				(delivery) -> {
					throw delivery.payload().equals("soon") ? new IOException("soon")
							: new IllegalStateException("later");
				});
		queue.putAll(List.of("later", "soon"));
		await().until(() -> queue.stats().retried() > 3);
		assertThat(queue.stats().delayed()).isPositive();
	}

	@Test
	void theNearestClassDecides() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		listen(queue, FailurePolicy.byClass(Map.of(IOException.class, FailureOutcome.discard(),
				NoSuchFileException.class, FailureOutcome.bury(), Exception.class, FailureOutcome.retry())),
				(delivery) -> {
					switch (delivery.payload()) {
						case "nearest" -> throw new NoSuchFileException("file");
						case "above" -> throw new java.io.EOFException("end");
						default -> {
							if (delivery.attempt() == 1) {
								throw new InterruptedException("its own");
							}
						}
					}
				});
		queue.putAll(List.of("nearest", "above", "else"));
		await().until(() -> queue.stats().acked() == 2);
		DeadLetter<String> letter = letter(queue);
		assertThat(letter.payload()).isEqualTo("nearest");
		assertThat(letter.reason()).isEqualTo("buried by the failure policy");
		assertThat(letter.causeType()).contains(NoSuchFileException.class.getName());
		assertThat(queue.stats().retried()).isOne();
	}

	@Test
	void whatIsReleasedComesBackFirstAndIsNotHeldAgainstTheMessage() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(1));
		List<String> order = Collections.synchronizedList(new ArrayList<>());
		listen(queue, FailurePolicy.byClass(Map.of(IOException.class, FailureOutcome.release())), (delivery) -> {
			order.add(delivery.payload());
			if (delivery.payload().equals("one") && delivery.attempt() < 3) {
				throw new IOException("the database is away");
			}
		});
		queue.putAll(List.of("one", "two"));
		await().until(() -> queue.stats().acked() == 2);
		assertThat(order).containsExactly("one", "one", "one", "two");
		assertThat(this.attempts).startsWith(1, 2, 3);
		assertThat(queue.deadLetters().size()).isZero();
	}

	@Test
	void whatIsReleasedWithoutEndIsRetriedInTheEnd() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(1));
		listen(queue, FailurePolicy.byClass(Map.of(IOException.class, FailureOutcome.release())), (delivery) -> {
			throw new IOException("the database is away for ever");
		});
		this.fixture.redis()
			.rpush(this.fixture.list(), QueueFixture.bytes(
					"RQ/1\nid:restless\nput-at:1763772151000\nattempt:101\ninterrupted:100\n\nreleased a hundred times"));
		assertThat(letter(queue).id()).isEqualTo("restless");
		assertThat(this.attempts).containsExactly(101);
	}

	@Test
	void whatIsDiscardedLeavesATrace() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			listen(queue, FailurePolicy.byClass(Map.of(IOException.class, FailureOutcome.discard())), (delivery) -> {
				throw new IOException("worthless");
			});
			queue.put("one");
			await().until(() -> queue.stats().acked() == 1);
			assertThat(log.lines()).anySatisfy((line) -> assertThat(line).startsWith("WARN").contains("discarded"));
		}
		assertThat(this.attempts).containsExactly(1);
	}

	@Test
	void aPolicyThatThrowsRetries() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		listen(queue, (delivery, failure) -> {
			throw new IllegalStateException("a policy of no use");
		}, (delivery) -> {
			if (delivery.attempt() == 1) {
				throw new IOException("once");
			}
		});
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			queue.put("one");
			await().until(() -> queue.stats().acked() == 1);
			assertThat(log.lines()).filteredOn((line) -> line.startsWith("ERROR")).hasSize(1);
		}
		assertThat(this.attempts).containsExactly(1, 2);
	}

	@Test
	void row37whatCannotBeDecodedIsBuriedAtOnceWithItsBytes() {
		RedisQueue<Integer> queue = this.fixture.process().create(this.fixture.name(), Integer.class);
		AtomicInteger handled = new AtomicInteger();
		List<byte[]> foreign = Stream.of("{\"not\":\"a number\"}", "", "\u0001", "[[[[", "rq/1\n\n")
			.map(QueueFixture::bytes)
			.toList();
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			this.fixture.listen(queue, ListenerOptions.defaults().withBatch(10),
					(deliveries) -> handled.addAndGet(deliveries.size()));
			queue.put(1);
			foreign.forEach((bytes) -> this.fixture.redis().rpush(this.fixture.list(), bytes));
			queue.put(2);
			await().until(() -> queue.stats().acked() == 2 && queue.stats().dead() == foreign.size());
			assertThat(log.lines()).noneSatisfy((line) -> assertThat(line).contains("not\""));
		}
		assertThat(handled).hasValue(2);
		// Those of the same millisecond are listed in any order.
		assertThat(queue.deadLetters().list(0, 100)).extracting(DeadLetter::bytes)
			.containsExactlyInAnyOrderElementsOf(foreign);
		assertThat(queue.deadLetters().list(0, 100)).allSatisfy((letter) -> {
			assertThat(letter.reason()).isEqualTo("undecodable");
			assertThat(letter.attempts()).isOne();
			assertThat(letter.causeType()).contains(UndecodablePayloadException.class.getName());
		});
	}

	static Stream<Throwable> row40everyThrowableFailsTheDeliveryAndLeavesTheListenerAlive() {
		return Stream.of(new IllegalStateException("unchecked"), new Exception("checked"), new Error("error"),
				new OutOfMemoryError("not really"), new StackOverflowError("not really"),
				new AssertionError("assertion"), new NoClassDefFoundError("gone"),
				new InterruptedException("of its own"), deathOfAThread());
	}

	@SuppressWarnings({ "deprecation", "removal" })
	private static Throwable deathOfAThread() {
		return new ThreadDeath();
	}

	@ParameterizedTest
	@MethodSource
	void row40everyThrowableFailsTheDeliveryAndLeavesTheListenerAlive(Throwable throwable) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		CountDownLatch fullConcurrency = new CountDownLatch(3);
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(3), (deliveries) -> {
			Delivery<String> delivery = deliveries.get(0);
			if (delivery.payload().equals("fails") && delivery.attempt() == 1) {
				sneak(throwable);
			}
			if (delivery.payload().startsWith("meets")) {
				fullConcurrency.countDown();
				fullConcurrency.await();
			}
		});
		queue.putAll(Collections.nCopies(10, "fails"));
		await().until(() -> queue.stats().acked() == 10);
		assertThat(queue.stats().retried()).isEqualTo(10);
		queue.putAll(List.of("meets 1", "meets 2", "meets 3"));
		assertThat(fullConcurrency.await(30, TimeUnit.SECONDS)).isTrue();
		await().until(() -> queue.stats().acked() == 13);
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void sneak(Throwable throwable) throws E {
		throw (E) throwable;
	}

	@Test
	void aRealStackOverflowFailsTheDeliveryOnly() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(2));
		listen(queue, FailurePolicy.defaults(), (delivery) -> {
			if (delivery.payload().equals("deep")) {
				dive(0);
			}
		});
		queue.putAll(List.of("deep", "shallow"));
		await().until(() -> queue.stats().acked() == 1);
		assertThat(letter(queue).causeType()).contains("java.lang.StackOverflowError");
	}

	private static int dive(int depth) {
		return dive(depth + 1) + 1;
	}

	@Test
	void aBatchFailsAsAWholeButForWhatItSettled() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		queue.putAll(List.of("settled", "a", "b"));
		Map<String, Integer> last = new ConcurrentHashMap<>();
		this.fixture.listen(queue, ListenerOptions.defaults().withBatch(3), (deliveries) -> {
			deliveries.forEach((delivery) -> last.put(delivery.payload(), delivery.attempt()));
			if (deliveries.get(0).attempt() == 1) {
				deliveries.get(0).ack();
				throw new IOException("the rest");
			}
		});
		await().until(() -> queue.stats().acked() == 3);
		assertThat(last).containsEntry("settled", 1).containsEntry("a", 2).containsEntry("b", 2);
	}

	@Test
	void aFailureWhileRedisIsAwayIsSettledWhenItIsBack() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy,
				AT_ONCE.withMaxAttempts(1).withLease(Duration.ofMinutes(1)));
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch away = new CountDownLatch(1);
		listen(queue, FailurePolicy.defaults(), (delivery) -> {
			begun.countDown();
			away.await();
			throw new IOException("while Redis is away");
		});
		RedisQueue<String> other = this.fixture.queue();
		other.put("one");
		assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
		proxy.refuse();
		away.countDown();
		await().during(Duration.ofMillis(500)).until(() -> other.stats().taken() == 1);
		proxy.accepting();
		assertThat(letter(other).payload()).isEqualTo("one");
	}

	@Test
	void acknowledgementsWaitForRedisToComeBack() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, AT_ONCE.withLease(Duration.ofMinutes(1)));
		CountDownLatch begun = new CountDownLatch(4);
		CountDownLatch away = new CountDownLatch(1);
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(4), DeliveryHandler.each((delivery) -> {
			begun.countDown();
			away.await();
		}));
		RedisQueue<String> other = this.fixture.queue();
		other.putAll(RedisQueueListenerContainerIntegrationTests.numbers(4));
		assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
		proxy.refuse();
		away.countDown();
		await().during(Duration.ofMillis(500)).until(() -> other.stats().taken() == 4);
		proxy.accepting();
		await().until(() -> other.stats().acked() == 4);
	}

	@Test
	void fewOfManyFailuresAreLoggedWithTheirStackTraces() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE.withMaxAttempts(1));
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			listen(queue, FailurePolicy.defaults(), (delivery) -> {
				throw new IOException("line one\r\nline two \u001b[31m" + "x".repeat(10_000));
			});
			queue.putAll(IntStream.range(0, 30).mapToObj(String::valueOf).toList());
			await().until(() -> queue.stats().dead() == 30);
			List<String> failures = log.lines().stream().filter((line) -> line.contains("IOException")).toList();
			assertThat(failures).hasSize(30)
				.allSatisfy((line) -> assertThat(line).hasSizeLessThan(800).doesNotContain("\n", "\r", "\u001b"));
			assertThat(failures).filteredOn((line) -> line.endsWith(LogEvents.STACK_TRACE)).hasSize(10);
		}
	}

	@Test
	void anExceptionThatCannotEvenTellItsMessageIsRetried() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		listen(queue, FailurePolicy.defaults(), (delivery) -> {
			if (delivery.attempt() == 1) {
				throw new IOException() {

					private static final long serialVersionUID = 1L;

					@Override
					public String getMessage() {
						throw new IllegalStateException("no message");
					}

				};
			}
		});
		queue.put("one");
		await().until(() -> queue.stats().acked() == 1);
		assertThat(this.attempts).containsExactly(1, 2);
	}

	@Test
	void whatTheHandlerSettledBeforeItThrewStaysSo() {
		RedisQueue<String> queue = this.fixture.queue(AT_ONCE);
		AtomicReference<Throwable> decided = new AtomicReference<>();
		listen(queue, (delivery, failure) -> {
			decided.set(failure);
			return FailureOutcome.retry();
		}, (delivery) -> {
			delivery.bury("by hand");
			throw new IOException("after it");
		});
		queue.put("one");
		assertThat(letter(queue).reason()).isEqualTo("by hand");
		assertThat(decided).hasNullValue();
	}

	private void listen(RedisQueue<String> queue, FailurePolicy policy, Handler handler) {
		this.fixture.listen(queue, ListenerOptions.defaults().withFailurePolicy(policy), (deliveries) -> {
			this.attempts.add(deliveries.get(0).attempt());
			handler.handle(deliveries.get(0));
		});
	}

	private static <T> DeadLetter<T> letter(RedisQueue<T> queue) {
		await().until(() -> queue.deadLetters().size() == 1);
		return queue.deadLetters().list(0, 1).get(0);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	@FunctionalInterface
	private interface Handler {

		void handle(Delivery<String> delivery) throws Exception;

	}

}
