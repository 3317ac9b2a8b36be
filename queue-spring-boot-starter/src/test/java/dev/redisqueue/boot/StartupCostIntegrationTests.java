package dev.redisqueue.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.redisqueue.RedisQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.test.tools.SourceFile;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many queues and listeners cost at the start.
 */
@Isolated
class StartupCostIntegrationTests {

	private static final int RUNS = 7;

	private static final int QUEUES = 500;

	private static final int LISTENERS = 50;

	private final ApplicationContextRunner few = QueueRunner.online().withPropertyValues("redis.queue.queues.one=");

	@Test
	void fiveHundredQueuesAndFiftyListenersCostLessThanASecond() {
		TestCompiler.forSystem().compile(listeners(), (compiled) -> {
			ApplicationContextRunner many = QueueRunner.online()
				.withClassLoader(compiled.getClassLoader())
				.withUserConfiguration(ClassUtils.resolveClassName("com.acme.Listeners", compiled.getClassLoader()))
				.withPropertyValues(IntStream.range(0, QUEUES)
					.mapToObj((number) -> "redis.queue.queues.queue" + number + ".max-attempts=5")
					.toArray(String[]::new));
			start(this.few, 1, 0);
			start(many, QUEUES, LISTENERS);
			List<Duration> withFew = new ArrayList<>();
			List<Duration> withMany = new ArrayList<>();
			for (int i = 0; i < RUNS; i++) {
				withFew.add(start(this.few, 1, 0));
				withMany.add(start(many, QUEUES, LISTENERS));
			}
			System.out.printf("Start with 1 queue: %d ms; with %d queues and %d listeners: %d ms%n",
					median(withFew).toMillis(), QUEUES, LISTENERS, median(withMany).toMillis());
			// What a busy machine adds to a start is not the start's: the shortest of
			// each tell.
			assertThat(Collections.min(withMany).minus(Collections.min(withFew))).isLessThan(Duration.ofSeconds(1));
		});
	}

	private static Duration start(ApplicationContextRunner runner, int queues, int listeners) {
		Duration[] duration = new Duration[1];
		long began = System.nanoTime();
		runner.run((context) -> {
			duration[0] = Duration.ofNanos(System.nanoTime() - began);
			assertThat(context).hasNotFailed();
			assertThat(context.getBeanNamesForType(RedisQueue.class)).hasSize(queues);
			assertThat(context.getBean(RedisQueueListenerRegistry.class).containers()).hasSize(listeners);
		});
		return duration[0];
	}

	private static Duration median(List<Duration> durations) {
		return durations.stream().sorted().skip(durations.size() / 2).findFirst().orElseThrow();
	}

	private static SourceFile listeners() {
		return SourceFile.of(IntStream.range(0, LISTENERS)
			.mapToObj((number) -> "@dev.redisqueue.boot.RedisQueueListener(\"queue%d\") void on%d(String line) { }"
				.formatted(number, number))
			.collect(Collectors.joining("\n", "package com.acme;\npublic class Listeners {\n", "\n}\n")));
	}

}
