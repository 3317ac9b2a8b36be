package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.redis.link.HeartbeatThread.Beat;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class HeartbeatThreadIntegrationTests {

	private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long NEVER = TimeUnit.HOURS.toNanos(1);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private Workers workers;

	private RedisLink link;

	private HeartbeatThread thread;

	@BeforeEach
	void open() {
		this.workers = new Workers();
		this.link = new RedisLink(this.fixture.connectionFactory(this.fixture.server().port(), Duration.ofSeconds(10)),
				null);
		this.thread = new HeartbeatThread(this.link, this.workers);
	}

	@AfterEach
	void close() {
		this.thread.close();
		this.workers.close();
		this.link.close();
	}

	@Test
	void aBeatThatThrowsGoesOnAndDisturbsNoOther() {
		AtomicInteger failing = new AtomicInteger();
		AtomicInteger healthy = new AtomicInteger();
		try (LogEvents events = LogEvents.of(Workers.class, "heartbeat")) {
			this.thread.add(() -> {
				failing.incrementAndGet();
				throw new OutOfMemoryError("provoked");
			});
			this.thread.add(() -> {
				healthy.incrementAndGet();
				return MILLI;
			});
			await().until(() -> failing.get() > 3 && healthy.get() > 100);
			assertThat(events.lines()).hasSize(1);
		}
	}

	@Test
	void whoeverAsksIsNotForgotten() {
		AtomicInteger runs = new AtomicInteger();
		Beat beat = this.thread.add(() -> {
			runs.incrementAndGet();
			return NEVER;
		});
		for (int i = 1; i < 1000; i++) {
			int before = runs.get();
			beat.soon();
			await().pollInterval(Duration.ofNanos(1000)).until(() -> runs.get() > before);
		}
	}

	@Test
	void itsConnectionIsOpenForAsLongAsAnythingBeats() {
		long before = connections();
		Beat beat = this.thread.add(() -> {
			this.thread.connection();
			return MILLI;
		});
		await().until(() -> connections() == before + 1);
		beat.end();
		await().until(() -> connections() == before);
	}

	private long connections() {
		return this.fixture.redis().clientList().lines().count();
	}

}
