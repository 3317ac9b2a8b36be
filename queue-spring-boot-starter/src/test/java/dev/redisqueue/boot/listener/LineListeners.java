package dev.redisqueue.boot.listener;

import java.io.FileNotFoundException;
import java.io.IOException;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Configuration;

/**
 * Runs applications with one listener, most to a queue of lines, that fails.
 */
final class LineListeners {

	private LineListeners() {
	}

	static ApplicationContextRunner runner() {
		return QueueRunner.online()
			.withBean(Received.class)
			.withPropertyValues("redis.queue.defaults.backoff.first=1ms", "redis.queue.defaults.backoff.longest=10ms");
	}

	static void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> test, String... properties) {
		QueueRunner.run(runner(), configuration, test, properties);
	}

	static void put(BeanFactory context, String line) {
		lines(context).put(line);
	}

	static RedisQueue<String> lines(BeanFactory context) {
		return QueueRunner.queue(context, "lines");
	}

	static DeadLetter<String> awaitLetter(BeanFactory context) {
		QueueRunner.await().until(() -> lines(context).deadLetters().size() == 1);
		return lines(context).deadLetters().list(0, 1).get(0);
	}

	static class OwnException extends RuntimeException {

		private static final long serialVersionUID = 1L;

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

}
