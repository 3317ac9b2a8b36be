package dev.redisqueue.boot.listener;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.listener.LineListeners.Fails;
import dev.redisqueue.boot.listener.LineListeners.OwnException;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

import static dev.redisqueue.boot.QueueRunner.received;
import static dev.redisqueue.boot.listener.LineListeners.awaitLetter;
import static dev.redisqueue.boot.listener.LineListeners.lines;
import static dev.redisqueue.boot.listener.LineListeners.put;
import static dev.redisqueue.boot.listener.LineListeners.run;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a message whose listener throws: by properties and by default.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerOutcomesIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.of(RedisQueueListenerContainer.class, "attempt \\d+ of message");

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
	void theRowDiscardRemovesAndTells() {
		run(Fails.class, (context) -> {
			put(context, "io");
			QueueRunner.await()
				.untilAsserted(() -> assertThat(QueueRunner.queue(context, "lines").stats()).satisfies((stats) -> {
					assertThat(stats.acked()).isEqualTo(1);
					assertThat(stats.taken()).isZero();
				}));
			assertThat(lines(context).deadLetters().size()).isZero();
			assertThat(this.log.warnings()).anyMatch((line) -> line.contains("it is discarded"));
		}, "redis.queue.queues.lines.failure.discard=java.io.IOException");
	}

	@Test
	void theRowReleaseGivesBackWithoutCountingTheAttempt() {
		run(Fails.class, (context) -> {
			put(context, "io");
			QueueRunner.await()
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
			RedisQueue<Order> orders = QueueRunner.queue(context, "orders");
			QueueRunner.await().untilAsserted(() -> assertThat(orders.deadLetters().size()).isEqualTo(1));
			assertThat(received(context).values()).isEmpty();
			assertThat(output).doesNotContain("confidential");
			assertThat(this.log.lines()).isNotEmpty().noneMatch((line) -> line.contains("confidential"));
			assertThat(this.log.stackTraces()).noneMatch((trace) -> trace.contains("confidential"));
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

}
