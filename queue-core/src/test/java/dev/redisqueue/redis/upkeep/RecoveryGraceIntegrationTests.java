package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When a process may call others dead: what counts is how long it was without contact,
 * not that some call of it failed.
 */
class RecoveryGraceIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(3);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void callsThatFailNowAndThenDoNotPostponeRecovery() throws Exception {
		QueueOptions options = QueueOptions.defaults().withLease(LEASE);
		FaultProxy cut = this.fixture.proxy();
		this.fixture.queue(cut, options).put("a");
		RedisQueue<String> dead = this.fixture.queue(cut, options);
		assertThat(dead.take(LEASE)).isPresent();
		RedisQueue<String> living = this.fixture.process(this.fixture.server().port(), Duration.ofMillis(100))
			.create(this.fixture.name(), String.class, options);
		living.size();
		AtomicInteger failed = new AtomicInteger();
		ScheduledExecutorService trouble = Executors.newScheduledThreadPool(2);
		try (StatefulRedisConnection<byte[], byte[]> other = this.fixture.server().connect()) {
			trouble.scheduleAtFixedRate(() -> other.sync().clientPause(150), 0, 700, TimeUnit.MILLISECONDS);
			trouble.scheduleWithFixedDelay(() -> {
				try {
					living.put("b");
				}
				catch (QueueException ex) {
					failed.incrementAndGet();
				}
			}, 0, 1, TimeUnit.MILLISECONDS);
			cut.hole();
			await().atMost(LEASE.multipliedBy(2)).until(() -> living.stats().recovered() == 1);
			assertThat(failed).as("calls that failed").hasPositiveValue();
		}
		finally {
			trouble.shutdownNow();
			trouble.awaitTermination(10, TimeUnit.SECONDS);
		}
		living.clear();
		Delivery<String> again = living.take(LEASE).orElse(null);
		if (again != null) {
			again.ack();
		}
	}

}
