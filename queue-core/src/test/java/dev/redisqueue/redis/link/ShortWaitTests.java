package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Only who calls Redis again and again waits awake, and not for long. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShortWaitTests {

	private static final long START = 1_000_000;

	private static final long END = START + TimeUnit.MICROSECONDS.toNanos(100);

	private static final long NEXT = END + TimeUnit.MICROSECONDS.toNanos(50);

	private final ShortWait shortWait = new ShortWait();

	private final AtomicInteger asked = new AtomicInteger();

	@Test
	void theFirstCallIsWaitedForAsleep() {
		this.shortWait.await(this::asked, START);
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void aCallSoonAfterAShortOneIsWaitedForAwake() {
		this.shortWait.called(START, END);
		this.shortWait.await(this::asked, NEXT);
		assertThat(this.asked).hasValue(1);
	}

	@Test
	void aCallAfterALongOneIsWaitedForAsleep() {
		this.shortWait.called(START - 1, END);
		this.shortWait.await(this::asked, NEXT);
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void aCallAfterABreakIsWaitedForAsleep() {
		this.shortWait.called(START, END);
		this.shortWait.await(this::asked, NEXT + 1);
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void aCallAfterOneOfAnotherThreadIsWaitedForAsleep() {
		CompletableFuture.runAsync(() -> this.shortWait.called(START, END)).join();
		this.shortWait.await(this::asked, NEXT);
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void whatDoesNotComeIsNotWaitedForAwakeForLong() {
		this.shortWait.called(START, END);
		long begin = System.nanoTime();
		this.shortWait.await(() -> this.asked.incrementAndGet() < 0, NEXT);
		assertThat(this.asked).hasPositiveValue();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofNanos(100_000),
				Duration.ofSeconds(5));
	}

	@Test
	void whatWasInVainIsNotTriedAgainForTenTimesAsLong() {
		this.shortWait.called(START, END);
		long begin = System.nanoTime();
		this.shortWait.await(() -> false, NEXT);
		awaitTurn();
		assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MICROSECONDS.toNanos(11 * 100));
	}

	@Test
	void oneThreadAtATimeIsAwake() throws Exception {
		CountDownLatch awake = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
			this.shortWait.called(START, END);
			this.shortWait.await(() -> {
				awake.countDown();
				return await(end);
			}, NEXT);
		});
		awake.await();
		this.shortWait.called(START, END);
		this.shortWait.await(this::asked, NEXT);
		assertThat(this.asked).hasValue(0);
		end.countDown();
		other.get();
		awaitTurn();
	}

	@Test
	void nobodyElseIsKeptOutByWhatThrows() {
		this.shortWait.called(START, END);
		try {
			this.shortWait.await(() -> {
				throw new IllegalStateException();
			}, NEXT);
		}
		catch (IllegalStateException ex) {
			this.shortWait.await(this::asked, NEXT);
		}
		assertThat(this.asked).hasValue(1);
	}

	private void awaitTurn() {
		while (this.asked.get() == 0 && !Thread.currentThread().isInterrupted()) {
			this.shortWait.await(this::asked, NEXT);
		}
	}

	/** Done when asked. */
	private boolean asked() {
		return this.asked.incrementAndGet() > 0;
	}

	private static boolean await(CountDownLatch latch) {
		try {
			latch.await();
			return true;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
