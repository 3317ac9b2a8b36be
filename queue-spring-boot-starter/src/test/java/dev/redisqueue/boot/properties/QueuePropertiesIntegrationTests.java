package dev.redisqueue.boot.properties;

import java.time.Duration;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.QueueRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.ThrowingConsumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the properties of a queue do.
 */
class QueuePropertiesIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog
		.ofLibrary("became a dead letter: expired|is not settled yet|is not settled within max-hold");

	@Test
	void maxSizeRefusesFurtherPuts() {
		run((lines) -> {
			lines.putAll(List.of("one", "two"));
			assertThatExceptionOfType(PutRefusedException.class).isThrownBy(() -> lines.put("three"));
		}, "max-size=2");
	}

	@Test
	void whenFullBlocksUpToThePutTimeout() {
		run((lines) -> {
			lines.put("one");
			long began = System.nanoTime();
			assertThatExceptionOfType(PutRefusedException.class).isThrownBy(() -> lines.put("two"));
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(600));
		}, "max-size=1", "when-full=block", "put-timeout=600ms");
	}

	@Test
	void expiredMessagesAreDiscarded() {
		run((lines) -> {
			lines.put("one", PutOptions.create().expireAfter(Duration.ofMillis(1)));
			QueueRunner.await().until(() -> lines.take(Duration.ZERO).isEmpty() && lines.stats().expired() == 1);
			assertThat(lines.deadLetters().size()).isZero();
		}, "expired-messages=discard");
	}

	@Test
	void expiredMessagesAreBuried() {
		run((lines) -> {
			lines.put("one", PutOptions.create().expireAfter(Duration.ofMillis(1)));
			QueueRunner.await().until(() -> lines.take(Duration.ZERO).isEmpty() && lines.deadLetters().size() == 1);
		}, "expired-messages=bury");
	}

	@Test
	void deadLettersAreKeptUpToTheLimit() {
		run((lines) -> {
			buryFive(lines);
			QueueRunner.await().until(() -> lines.deadLetters().size() == 2);
			assertThat(lines.deadLetters().list(0, 10)).extracting((letter) -> letter.payload())
				.containsExactly("4", "5");
		}, "dead-letters.limit=2", "lease=1s");
	}

	@Test
	void deadLettersAreKeptUpToTheAge() {
		run((lines) -> {
			buryFive(lines);
			QueueRunner.await().until(() -> lines.deadLetters().size() == 0);
		}, "dead-letters.age=1s", "lease=1s");
	}

	@ParameterizedTest
	@ValueSource(strings = { "backoff.first", "backoff.longest" })
	void theBackoffDelays(String property) {
		boolean first = property.equals("backoff.first");
		run((lines) -> {
			lines.put("one");
			take(lines).retry();
			QueueStats stats = lines.stats();
			if (first) {
				assertThat(stats.delayed()).isEqualTo(1);
			}
			else {
				assertThat(take(lines).attempt()).isEqualTo(2);
			}
		}, first ? new String[] { "backoff.first=1000d", "backoff.longest=1000d" }
				: new String[] { "backoff.first=1ms", "backoff.longest=1ms" });
	}

	@Test
	void holdWarningReportsWhatIsNotSettled() {
		run((lines) -> {
			lines.put("one", PutOptions.create().id("held"));
			Delivery<String> delivery = take(lines);
			QueueRunner.await().until(() -> this.log.warnings().stream().anyMatch((line) -> line.contains("held")));
			delivery.ack();
		}, "hold-warning=1s", "lease=1s");
	}

	@Test
	void maxHoldTakesBackWhatIsNotSettled() {
		run((lines) -> {
			lines.put("one", PutOptions.create().id("held"));
			Delivery<String> delivery = take(lines);
			assertThat(take(lines).attempt()).isEqualTo(2);
			assertThat(delivery.ack()).isFalse();
			QueueRunner.await()
				.until(() -> this.log.warnings()
					.stream()
					.anyMatch((line) -> line.contains("held") && line.contains("max-hold")));
		}, "max-hold=1s", "lease=1s");
	}

	@Test
	void aPutWaitsForTheCommit() {
		run((lines) -> {
			transaction().executeWithoutResult((status) -> {
				lines.put("one");
				assertThat(lines.size()).isZero();
			});
			assertThat(lines.size()).isEqualTo(1);
		});
	}

	@Test
	void aPutWaitsForNoCommitWhereTransactionIsNone() {
		QueueRunner.online()
			.withPropertyValues("redis.queue.transaction=none", "redis.queue.queues.lines=")
			.run((context) -> {
				RedisQueue<String> lines = QueueRunner.queue(context, "lines");
				transaction().executeWithoutResult((status) -> {
					lines.put("one");
					assertThat(lines.size()).isEqualTo(1);
				});
			});
	}

	private static void run(ThrowingConsumer<RedisQueue<String>> test, String... properties) {
		QueueRunner.online()
			.withPropertyValues("redis.queue.queues.lines=")
			.withPropertyValues(List.of(properties)
				.stream()
				.map((property) -> "redis.queue.queues.lines." + property)
				.toArray(String[]::new))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				test.accept(QueueRunner.queue(context, "lines"));
			});
	}

	private static Delivery<String> take(RedisQueue<String> lines) throws InterruptedException {
		return lines.take(Duration.ofSeconds(30)).orElseThrow();
	}

	private static void buryFive(RedisQueue<String> lines) throws InterruptedException {
		for (int i = 1; i <= 5; i++) {
			lines.put(String.valueOf(i));
			take(lines).bury("test");
		}
	}

	/** A transaction of nothing. */
	private static TransactionTemplate transaction() {
		return new TransactionTemplate(new AbstractPlatformTransactionManager() {

			private static final long serialVersionUID = 1L;

			@Override
			protected Object doGetTransaction() {
				return new Object();
			}

			@Override
			protected void doBegin(Object transaction, TransactionDefinition definition) {
			}

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
			}

			@Override
			protected void doRollback(DefaultTransactionStatus status) {
			}

		});
	}

}
