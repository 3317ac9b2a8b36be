package dev.redisqueue.redis;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;
import dev.redisqueue.GetOutcomeUnknownException;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A Redis that is away for long (fault 16). */
@Tag("faults")
@Timeout(300)
@Isolated("measures the processor time of the JVM")
class LongOutageIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void whoWaitsIsAwakeSoonAfterALongOutageWhichCostsLittle() throws Exception {
		RedisQueue<String> taking = this.fixture.queue();
		RedisQueue<String> getting = this.fixture.queue();
		CompletableFuture<String> taken = untilItSucceeds(() -> taking.take(SOON).map((delivery) -> {
			delivery.ack();
			return delivery.payload();
		}));
		CompletableFuture<String> got = untilItSucceeds(() -> getting.get(SOON));
		await().until(() -> this.fixture.blockedClients() == 2);
		this.fixture.server().kill();
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		long used = system.getProcessCpuTime();
		int seconds = Scale.of(12, 20);
		await().pollDelay(Duration.ofSeconds(seconds)).atMost(Duration.ofSeconds(2L * seconds)).until(() -> true);
		assertThat(Duration.ofNanos(system.getProcessCpuTime() - used)).as("processor time")
			.isLessThan(Duration.ofMillis(100L * seconds));
		assertThat(taken).isNotDone();
		assertThat(got).isNotDone();
		this.fixture.server().restart();
		MachineClock back = MachineClock.start();
		this.fixture.pushAnew("a", "b");
		assertThat(taken.get(60, TimeUnit.SECONDS)).isIn("a", "b");
		assertThat(got.get(60, TimeUnit.SECONDS)).isIn("a", "b");
		assertThat(back.elapsed()).isLessThan(Duration.ofSeconds(5));
	}

	private CompletableFuture<String> untilItSucceeds(Waiting waiting) {
		return Async.call(() -> {
			while (true) {
				try {
					Optional<String> payload = waiting.call();
					if (payload.isPresent()) {
						return payload.get();
					}
				}
				catch (QueueException ex) {
					// A get may be under way in the very moment in which Redis goes.
					assertThat(ex).isInstanceOfAny(QueueUnavailableException.class, GetOutcomeUnknownException.class);
				}
			}
		});
	}

	@FunctionalInterface
	private interface Waiting {

		Optional<String> call() throws InterruptedException;

	}

}
