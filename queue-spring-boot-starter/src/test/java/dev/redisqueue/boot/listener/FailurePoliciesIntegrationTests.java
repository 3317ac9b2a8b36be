package dev.redisqueue.boot.listener;

import java.io.IOException;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.listener.LineListeners.Fails;
import dev.redisqueue.boot.listener.LineListeners.OwnException;
import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

import static dev.redisqueue.boot.listener.LineListeners.awaitLetter;
import static dev.redisqueue.boot.listener.LineListeners.lines;
import static dev.redisqueue.boot.listener.LineListeners.put;
import static dev.redisqueue.boot.listener.LineListeners.run;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a message whose listener throws where beans say so.
 */
class FailurePoliciesIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.of(RedisQueueListenerContainer.class, "attempt \\d+ of message");

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
			RedisQueue<String> queue = QueueRunner.queue(context, "some-lines");
			queue.put("io");
			QueueRunner.await().untilAsserted(() -> assertThat(queue.deadLetters().size()).isEqualTo(1));
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
