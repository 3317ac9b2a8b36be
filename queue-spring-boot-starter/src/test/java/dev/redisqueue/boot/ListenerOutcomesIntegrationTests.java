package dev.redisqueue.boot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a message whose listener throws: by properties, by beans, by default.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerOutcomesIntegrationTests {

	private final ApplicationContextRunner runner = ListenerRunner.online()
		.withBean(Received.class)
		.withPropertyValues("redis.queue.defaults.backoff.first=1ms", "redis.queue.defaults.backoff.longest=10ms");

	@Test
	void byDefaultItIsTriedAgainUntilItsLastAttempt() {
		run(Fails.class, (context) -> {
			put(context, "io");
			DeadLetter<String> letter = awaitLetter(context);
			assertThat(letter.attempts()).isEqualTo(3);
			assertThat(letter.causeType()).contains(IOException.class.getName());
			assertThat(received(context).values()).hasSize(3);
		}, "redis.queue.queues.lines.max-attempts=3");
	}

	@Test
	void theRowBuryBuriesAtOnce() {
		run(Fails.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(1);
			assertThat(received(context).values()).hasSize(1);
		}, "redis.queue.queues.lines.failure.bury=java.io.IOException");
	}

	@Test
	void theRowDiscardRemovesAndTells(CapturedOutput output) {
		run(Fails.class, (context) -> {
			put(context, "io");
			ListenerRunner.await()
				.untilAsserted(() -> assertThat(ListenerRunner.queue(context, "lines").stats()).satisfies((stats) -> {
					assertThat(stats.acked()).isEqualTo(1);
					assertThat(stats.taken()).isZero();
				}));
			assertThat(lines(context).deadLetters().size()).isZero();
			assertThat(output).contains("it is discarded");
		}, "redis.queue.queues.lines.failure.discard=java.io.IOException");
	}

	@Test
	void theRowReleaseGivesBackWithoutCountingTheAttempt() {
		run(Fails.class, (context) -> {
			put(context, "io");
			ListenerRunner.await()
				.untilAsserted(() -> assertThat(received(context).values()).hasSizeGreaterThanOrEqualTo(2));
			context.getBean(RedisQueueListenerRegistry.class).stop();
			Delivery<String> delivery = lines(context).take(Duration.ofSeconds(10)).orElseThrow();
			assertThat(delivery.attempt() - delivery.interruptions()).isEqualTo(1);
			assertThat(delivery.interruptions()).isGreaterThanOrEqualTo(2);
			delivery.ack();
		}, "redis.queue.queues.lines.failure.release=java.io.IOException", "redis.queue.queues.lines.max-attempts=1");
	}

	@Test
	void theRowRetryExceptsASubclass() {
		run(Fails.class, (context) -> {
			put(context, "file");
			assertThat(awaitLetter(context).attempts()).isEqualTo(2);
		}, "redis.queue.queues.lines.failure.bury=java.io.IOException",
				"redis.queue.queues.lines.failure.retry=java.io.FileNotFoundException",
				"redis.queue.queues.lines.max-attempts=2");
	}

	@Test
	void theRowOfAQueueTakesAClassOutOfTheDefaults() {
		run(Fails.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(1);
		}, "redis.queue.defaults.failure.discard=java.io.IOException",
				"redis.queue.queues.lines.failure.bury=java.io.IOException");
	}

	@Test
	void aNestedExceptionIsNamedWithADollar() {
		run(Fails.class, (context) -> {
			put(context, "own");
			assertThat(awaitLetter(context).attempts()).isEqualTo(1);
		}, "redis.queue.defaults.failure.bury[0]=java.io.EOFException",
				"redis.queue.defaults.failure.bury[1]=" + OwnException.class.getName());
	}

	@Test
	void anErrorIsTriedAgainToo() {
		run(Fails.class, (context) -> {
			put(context, "error");
			assertThat(awaitLetter(context).causeType()).contains(AssertionError.class.getName());
		}, "redis.queue.queues.lines.max-attempts=2");
	}

	@Test
	void whatCannotBeDecodedIsBuriedAndItsPayloadNotLogged(CapturedOutput output) {
		run(TakesOrders.class, (context) -> {
			String namespace = context.getEnvironment().getProperty("redis.queue.namespace");
			context.getBean(StringRedisTemplate.class).opsForList().rightPush(namespace + ":orders", "confidential");
			RedisQueue<Order> orders = ListenerRunner.queue(context, "orders");
			ListenerRunner.await().untilAsserted(() -> assertThat(orders.deadLetters().size()).isEqualTo(1));
			assertThat(received(context).values()).isEmpty();
			assertThat(output).doesNotContain("confidential");
		});
	}

	@Test
	void aHandlerWhoseTimeIsUpFails() {
		run(Hangs.class, (context) -> {
			put(context, "hang");
			DeadLetter<String> letter = awaitLetter(context);
			assertThat(letter.causeType()).contains(TimeoutException.class.getName());
			received(context).awaitExactly("interrupted");
		}, "redis.queue.queues.lines.handler-timeout=200ms", "redis.queue.queues.lines.max-attempts=1");
	}

	@Test
	void thePolicyOfABeanNamedAfterTheQueueHolds() {
		run(OwnPolicy.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(1);
		}, "redis.queue.defaults.failure.discard=java.io.IOException");
	}

	@Test
	void thePolicyOfABeanNamedAfterTheAliasOfTheQueueHolds() {
		run(AliasPolicy.class, (context) -> {
			RedisQueue<String> queue = ListenerRunner.queue(context, "some-lines");
			queue.put("io");
			ListenerRunner.await().untilAsserted(() -> assertThat(queue.deadLetters().size()).isEqualTo(1));
		});
	}

	@Test
	void thePolicyOfTheOnlyBeanHoldsForAllQueuesWithoutProperties() {
		run(OnePolicy.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(1);
		}, "redis.queue.queues.other.failure.discard=java.io.IOException");
	}

	@Test
	void thePropertiesOfAQueueWinOverThePolicyOfTheOnlyBean() {
		run(OnePolicy.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(2);
		}, "redis.queue.queues.lines.failure.retry=java.io.IOException", "redis.queue.queues.lines.max-attempts=2");
	}

	@Test
	void thePrimaryPolicyOfSeveralHolds() {
		run(PrimaryPolicy.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(1);
		});
	}

	@Test
	void thePolicyOfAnotherQueueDoesNotHold() {
		run(OtherPolicy.class, (context) -> {
			put(context, "io");
			assertThat(awaitLetter(context).attempts()).isEqualTo(2);
		}, "redis.queue.queues.other=", "redis.queue.queues.lines.max-attempts=2");
	}

	@Test
	void anInvalidPayloadIsBuriedAndNotHandled() {
		runValidating((context) -> {
			RedisQueue<Guest> guests = ListenerRunner.queue(context, "guests");
			guests.put(new Guest(" "));
			guests.put(new Guest("Ada"));
			received(context).awaitExactly(new Guest("Ada"));
			ListenerRunner.await()
				.untilAsserted(() -> assertThat(guests.deadLetters().list(0, 1)).singleElement().satisfies((letter) -> {
					assertThat(letter.causeType()).contains(ConstraintViolationException.class.getName());
					assertThat(letter.attempts()).isEqualTo(1);
				}));
		});
	}

	@Test
	void theRowOfAnInvalidPayloadHolds() {
		runValidating((context) -> {
			RedisQueue<Guest> guests = ListenerRunner.queue(context, "guests");
			guests.put(new Guest(" "));
			ListenerRunner.await()
				.untilAsserted(() -> assertThat(guests.deadLetters().list(0, 1)).singleElement()
					.satisfies((letter) -> assertThat(letter.attempts()).isEqualTo(2)));
		}, "redis.queue.queues.guests.failure.retry=jakarta.validation.ConstraintViolationException",
				"redis.queue.queues.guests.max-attempts=2");
	}

	@Test
	void withoutAValidatorTheStartTellsThatNothingValidates(CapturedOutput output) {
		run(TakesGuests.class, (context) -> assertThat(output)
			.contains("TakesGuests.on(Guest) asks for valid payloads, but nothing validates them"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "29s", "30s", "1m" })
	void aShutdownTimeoutThatThePhaseCutsOffIsToldOf(String timeout, CapturedOutput output) {
		run(TakesOrders.class,
				(context) -> assertThat(output).contains("WARN").contains("redis.queue.shutdown-timeout is"),
				"redis.queue.shutdown-timeout=" + timeout);
	}

	@Test
	void aShutdownTimeoutWithinThePhaseIsNotToldOf(CapturedOutput output) {
		run(TakesOrders.class, (context) -> assertThat(output).doesNotContain("redis.queue.shutdown-timeout"),
				"redis.queue.shutdown-timeout=40s", "spring.lifecycle.timeout-per-shutdown-phase=1m");
	}

	private void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> test, String... properties) {
		run(this.runner, configuration, test, properties);
	}

	private void runValidating(ContextConsumer<AssertableApplicationContext> test, String... properties) {
		run(this.runner.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class)), TakesGuests.class,
				test, properties);
	}

	private static void run(ApplicationContextRunner runner, Class<?> configuration,
			ContextConsumer<AssertableApplicationContext> test, String... properties) {
		runner.withUserConfiguration(configuration).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static void put(BeanFactory context, String line) {
		lines(context).put(line);
	}

	private static RedisQueue<String> lines(BeanFactory context) {
		return ListenerRunner.queue(context, "lines");
	}

	private static DeadLetter<String> awaitLetter(BeanFactory context) {
		ListenerRunner.await().until(() -> lines(context).deadLetters().size() == 1);
		return lines(context).deadLetters().list(0, 1).get(0);
	}

	private static Received received(BeanFactory context) {
		return context.getBean(Received.class);
	}

	static class OwnException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	record Guest(@NotBlank String name) {
	}

	@Configuration(proxyBeanMethods = false)
	record Fails(Received received) {

		@RedisQueueListener("lines")
		void on(String line) throws IOException {
			this.received.add(line);
			switch (line) {
				case "io" -> throw new IOException("no");
				case "file" -> throw new FileNotFoundException("no");
				case "own" -> throw new OwnException();
				default -> throw new AssertionError("no");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	record Hangs(Received received) {

		@RedisQueueListener("lines")
		void on(String line) {
			long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
			while (!Thread.currentThread().isInterrupted() && System.nanoTime() < end) {
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
			}
			this.received.add(Thread.currentThread().isInterrupted() ? "interrupted" : "not interrupted");
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesOrders(Received received) {

		@RedisQueueListener("orders")
		void on(Order order) {
			this.received.add(order);
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesGuests(Received received) {

		@RedisQueueListener("guests")
		void on(@Valid Guest guest) {
			this.received.add(guest);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Fails.class)
	static class OwnPolicy {

		@Bean
		FailurePolicy linesFailurePolicy() {
			return (delivery, failure) -> FailureOutcome.bury();
		}

		@Bean
		FailurePolicy others() {
			return (delivery, failure) -> FailureOutcome.discard();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AliasPolicy {

		@Bean
		FailurePolicy someLinesFailurePolicy() {
			return (delivery, failure) -> FailureOutcome.bury();
		}

		@RedisQueueListener("some-lines")
		void on(String line) {
			throw new OwnException();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Fails.class)
	static class OnePolicy {

		@Bean
		FailurePolicy policy() {
			return (delivery, failure) -> FailureOutcome.bury();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Fails.class)
	static class PrimaryPolicy {

		@Bean
		@Primary
		FailurePolicy buries() {
			return (delivery, failure) -> FailureOutcome.bury();
		}

		@Bean
		FailurePolicy discards() {
			return (delivery, failure) -> FailureOutcome.discard();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Fails.class)
	static class OtherPolicy {

		@Bean
		FailurePolicy otherFailurePolicy() {
			return (delivery, failure) -> FailureOutcome.discard();
		}

	}

}
