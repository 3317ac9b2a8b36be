package dev.redisqueue.boot.listener;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.RedisQueueListener;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of an application whose listeners are at work.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerShutdownIntegrationTests {

	private static final int MESSAGES = 50_000;

	private final ApplicationContextRunner runner = QueueRunner.online();

	@RepeatedTest(3)
	void row6AContextThatClosesUnderLoadLosesNothingAndLogsNoTrace(CapturedOutput output) {
		Set<Integer> handled = ConcurrentHashMap.newKeySet();
		Works works = new Works(handled);
		this.runner.withBean(Works.class, () -> works).run((context) -> {
			QueueRunner.<Integer>queue(context, "numbers").putAll(IntStream.range(0, MESSAGES).boxed().toList());
			QueueRunner.await().until(() -> handled.size() > 200);
			context.close();
		});
		assertThat(handled.size()).isLessThan(MESSAGES);
		assertThat(output.getAll()).doesNotContain("IllegalStateException", "STOPPED", "closed", "\tat ", "ERROR");
		this.runner.withPropertyValues("redis.queue.queues.numbers.payload-type=java.lang.Integer").run((context) -> {
			RedisQueue<Integer> numbers = QueueRunner.queue(context, "numbers");
			QueueStats stats = numbers.stats();
			assertThat(stats.taken()).isZero();
			assertThat(stats.ready() + stats.acked()).isEqualTo(MESSAGES);
			for (List<Integer> left = next(numbers); !left.isEmpty(); left = next(numbers)) {
				handled.addAll(left);
			}
			assertThat(handled).hasSize(MESSAGES);
		});
	}

	private static List<Integer> next(RedisQueue<Integer> numbers) throws InterruptedException {
		List<Delivery<Integer>> taken = numbers.take(1000, Duration.ZERO);
		numbers.ackAll(taken);
		return taken.stream().map((delivery) -> {
			assertThat(delivery.attempt() - delivery.interruptions()).isEqualTo(1);
			return delivery.payload();
		}).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Works {

		private final Set<Integer> handled;

		Works(Set<Integer> handled) {
			this.handled = handled;
		}

		@RedisQueueListener(value = "numbers", concurrency = "8")
		void on(Integer number) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
			this.handled.add(number);
		}

		@RedisQueueListener(value = "numbers", batch = "50", concurrency = "2")
		void on(List<Integer> numbers) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
			this.handled.addAll(numbers);
		}

	}

}
