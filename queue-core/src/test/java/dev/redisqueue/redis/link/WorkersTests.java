package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.testing.LogEvents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** No loop dies silently, no turn is lost, and no work keeps other work from its turn. */
@Timeout(60)
class WorkersTests {

	private static final String REPORTED = "reported again";

	private final Workers workers = new Workers();

	@AfterEach
	void close() {
		this.workers.close();
	}

	@Test
	void whatFailsNowAndThenGoesOnAndIsReportedOnceUntilItSucceeds() {
		AtomicInteger runs = new AtomicInteger();
		AtomicBoolean failing = new AtomicBoolean(true);
		try (LogEvents events = LogEvents.of(Workers.class, REPORTED)) {
			Future<?> timer = this.workers.every(Duration.ofMillis(2), () -> {
				runs.incrementAndGet();
				if (failing.get()) {
					throw new StackOverflowError("provoked");
				}
			});
			await().until(() -> runs.get() > 20);
			assertThat(events.lines()).hasSize(1);
			failing.set(false);
			int before = runs.get();
			await().until(() -> runs.get() > before + 20);
			failing.set(true);
			await().until(() -> events.lines().size() == 2);
			timer.cancel(false);
		}
	}

	@Test
	void whatRunsAloneGivesItsTurnBackHoweverItEnds() {
		AtomicBoolean turn = new AtomicBoolean();
		AtomicInteger runs = new AtomicInteger();
		try (LogEvents events = LogEvents.of(Workers.class, "")) {
			await().pollInterval(Duration.ofMillis(1)).until(() -> {
				this.workers.executeAlone(turn, () -> {
					runs.incrementAndGet();
					throw new OutOfMemoryError("provoked");
				});
				return runs.get() > 3;
			});
			await().until(() -> !turn.get());
			int before = runs.get();
			await().pollInterval(Duration.ofMillis(1)).until(() -> {
				this.workers.executeSlices(turn, () -> {
					if (runs.incrementAndGet() % 2 == 0) {
						return true;
					}
					throw new OutOfMemoryError("provoked");
				});
				return runs.get() > before + 6;
			});
			await().until(() -> !turn.get());
			assertThat(events.lines()).isNotEmpty();
		}
		this.workers.close();
		this.workers.executeAlone(turn, runs::incrementAndGet);
		assertThat(turn).as("when closed").isFalse();
		this.workers.executeSlices(turn, () -> true);
		assertThat(turn).as("when closed").isFalse();
	}

	@Test
	void bulkWorkKeepsNeitherOtherBulkWorkNorShortWorkFromItsTurn() throws Exception {
		AtomicBoolean over = new AtomicBoolean();
		for (int i = 0; i < 20; i++) {
			this.workers.executeSlices(new AtomicBoolean(), () -> !over.get());
		}
		CountDownLatch done = new CountDownLatch(3);
		AtomicInteger slices = new AtomicInteger();
		this.workers.executeSlices(new AtomicBoolean(), () -> {
			boolean more = slices.incrementAndGet() < 10;
			if (!more) {
				done.countDown();
			}
			return more;
		});
		this.workers.execute(done::countDown);
		this.workers.tell(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		over.set(true);
	}

	@Test
	void actionsOfTheApplicationThatHangHoldUpNothingElse() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		for (int i = 0; i < 20; i++) {
			this.workers.tell(() -> {
				try {
					end.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
		CountDownLatch done = new CountDownLatch(2);
		this.workers.execute(done::countDown);
		this.workers.executeBulk(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		end.countDown();
	}

}
