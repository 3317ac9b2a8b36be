package dev.redisqueue.boot.listener;

import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;

import static dev.redisqueue.boot.QueueRunner.received;
import static dev.redisqueue.boot.listener.LineListeners.lines;
import static dev.redisqueue.boot.listener.LineListeners.run;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start tells of a stop that would cut listeners off.
 */
class ListenerOptionsIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.of(RedisQueueListener.class, "redis.queue.shutdown-timeout is");

	@ParameterizedTest
	@ValueSource(strings = { "29s", "30s", "1m" })
	void aShutdownTimeoutThatThePhaseCutsOffIsToldOf(String timeout) {
		run(TakesOrders.class, (context) -> assertThat(this.log.warnings()).hasSize(1),
				"redis.queue.shutdown-timeout=" + timeout);
	}

	@Test
	void aShutdownTimeoutWithinThePhaseIsNotToldOf() {
		run(TakesOrders.class,
				(context) -> assertThat(this.log.lines())
					.noneMatch((line) -> line.contains("redis.queue.shutdown-timeout")),
				"redis.queue.shutdown-timeout=40s", "spring.lifecycle.timeout-per-shutdown-phase=1m");
	}

	@Configuration(proxyBeanMethods = false)
	record TakesOrders(Received received) {

		@RedisQueueListener("orders")
		void on(Order order) {
			this.received.add(order);
		}

	}

}
