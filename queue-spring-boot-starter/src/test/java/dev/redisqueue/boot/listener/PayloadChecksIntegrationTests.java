package dev.redisqueue.boot.listener;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static dev.redisqueue.boot.QueueRunner.received;
import static dev.redisqueue.boot.listener.LineListeners.put;
import static dev.redisqueue.boot.listener.LineListeners.run;
import static dev.redisqueue.boot.listener.LineListeners.runner;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a message whose payload is not valid.
 */
class PayloadChecksIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.of(RedisQueueListenerContainer.class, "attempt \\d+ of message");

	@RegisterExtension
	private final ExpectedLog checks = ExpectedLog.of(RedisQueueListener.class, "asks for valid payloads");

	@Test
	void anInvalidPayloadIsBuriedAndNotHandled() {
		runValidating((context) -> {
			RedisQueue<Guest> guests = QueueRunner.queue(context, "guests");
			guests.put(new Guest(" "));
			guests.put(new Guest("Ada"));
			received(context).awaitExactly(new Guest("Ada"));
			QueueRunner.await()
				.untilAsserted(() -> assertThat(guests.deadLetters().list(0, 1)).singleElement().satisfies((letter) -> {
					assertThat(letter.causeType()).contains(ConstraintViolationException.class.getName());
					assertThat(letter.attempts()).isEqualTo(1);
				}));
		});
	}

	@Test
	void theRowOfAnInvalidPayloadHolds() {
		runValidating((context) -> {
			RedisQueue<Guest> guests = QueueRunner.queue(context, "guests");
			guests.put(new Guest(" "));
			QueueRunner.await()
				.untilAsserted(() -> assertThat(guests.deadLetters().list(0, 1)).singleElement()
					.satisfies((letter) -> assertThat(letter.attempts()).isEqualTo(2)));
		}, "redis.queue.queues.guests.failure.retry=jakarta.validation.ConstraintViolationException",
				"redis.queue.queues.guests.max-attempts=2");
	}

	@Test
	void withoutAValidatorTheStartTellsThatNothingValidates() {
		run(TakesGuests.class,
				(context) -> assertThat(this.checks.warnings()).singleElement()
					.asString()
					.contains("TakesGuests.on(Guest) asks for valid payloads, but nothing validates them"));
	}

	private void runValidating(ContextConsumer<AssertableApplicationContext> test, String... properties) {
		QueueRunner.run(runner().withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class)),
				TakesGuests.class, test, properties);
	}

	record Guest(@NotBlank String name) {
	}

	@Configuration(proxyBeanMethods = false)
	record TakesGuests(Received received) {

		@RedisQueueListener("guests")
		void on(@Valid Guest guest) {
			this.received.add(guest);
		}

	}

}
