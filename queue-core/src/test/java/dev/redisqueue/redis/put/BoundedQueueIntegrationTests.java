package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.redisqueue.OverflowPolicy;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.redis.store.Script;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * A queue with a limit takes no more than that from its own puts.
 */
@Timeout(60)
class BoundedQueueIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withMaxSize(2);

	private static final QueueOptions BLOCKING = OPTIONS.withWhenFull(OverflowPolicy.BLOCK).withPutTimeout(SOON);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void aPutIntoAFullQueueIsRefusedWithItsFigures() {
		RedisQueue<String> queue = full(OPTIONS);
		assertThatExceptionOfType(PutRefusedException.class)
			.isThrownBy(() -> queue.put("c", PutOptions.create().id("m3")))
			.withMessageContaining(this.fixture.name())
			.withMessageContaining("message m3")
			.withMessageContaining("2 messages are ready and the limit is 2")
			.withMessageContaining("not stored")
			.satisfies((refused) -> assertThat(refused.messageId()).contains("m3"));
		assertThat(queue.size()).isEqualTo(2);
		assertThat(queue.getNowait()).contains("a");
		queue.put("c");
		assertThat(queue.size()).isEqualTo(2);
	}

	@Test
	void aBatchIsStoredAsAWholeOrNotAtAll() {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxSize(3));
		queue.putAll(List.of("a", "b"));
		assertThatExceptionOfType(PutRefusedException.class).isThrownBy(() -> queue.putAll(List.of("c", "d")))
			.satisfies((refused) -> assertThat(refused.stored()).isZero());
		assertThat(queue.size()).isEqualTo(2);
		queue.putAll(List.of("c"));
		assertThat(queue.size()).isEqualTo(3);
	}

	@Test
	void aBatchThatNeverFitsIsRefusedAtOnceEvenWhereOthersWait() {
		RedisQueue<String> queue = this.fixture.queue(BLOCKING);
		assertThatExceptionOfType(PutRefusedException.class).isThrownBy(() -> queue.putAll(List.of("a", "b", "c")))
			.withMessageContaining("3 of them")
			.withMessageContaining("2 ready messages at most");
		assertThat(queue.isEmpty()).isTrue();
	}

	@Test
	void aLargePutAllTellsHowManyWentBeforeTheRefusal() {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxSize(1500));
		List<String> many = IntStream.range(0, 2000).mapToObj(String::valueOf).toList();
		assertThatExceptionOfType(PutRefusedException.class).isThrownBy(() -> queue.putAll(many))
			.withMessageContaining("1000 messages of the same call were stored before")
			.satisfies((refused) -> assertThat(refused.stored()).isEqualTo(1000));
		assertThat(queue.size()).isEqualTo(1000);
	}

	@Test
	void aRefusedUniquePutReservesNothing() {
		RedisQueue<String> queue = full(OPTIONS);
		PutOptions unique = PutOptions.create().unique("k", Duration.ofMinutes(1));
		assertThatThrownBy(() -> queue.put("c", unique)).isInstanceOf(PutRefusedException.class)
			.hasMessageContaining("full");
		assertThat(queue.getNowait()).contains("a");
		assertThat(queue.put("c", unique)).isTrue();
		assertThat(queue.put("d", unique)).as("a duplicate, though the queue is full").isFalse();
	}

	@Test
	void whatIsNotPutNowIsNotChecked() throws Exception {
		RedisQueue<String> queue = full(OPTIONS);
		assertThat(queue.put("later", PutOptions.create().delay(Duration.ofMillis(20)))).isTrue();
		this.fixture.push("foreign");
		queue.take(SOON).orElseThrow().retry(Duration.ZERO);
		await().atMost(SOON).until(() -> queue.size() == 4);
	}

	@Test
	void aBlockedPutGoesOnWhenThereIsRoom() throws Exception {
		RedisQueue<String> queue = full(BLOCKING);
		RedisQueue<String> consumer = this.fixture.queue(OPTIONS);
		CountDownLatch begun = new CountDownLatch(1);
		CompletableFuture<Boolean> put = Async.call(() -> {
			begun.countDown();
			return queue.put("c", PutOptions.create());
		});
		begun.await();
		assertThat(consumer.size()).isEqualTo(2);
		assertThat(put).isNotDone();
		assertThat(consumer.getNowait()).contains("a");
		assertThat(put.get(20, TimeUnit.SECONDS)).isTrue();
		assertThat(consumer.size()).isEqualTo(2);
	}

	@Test
	void manyBlockedProducersNeverExceedTheLimitAndLoseNothing() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(BLOCKING);
		RedisQueue<String> other = this.fixture.queue(BLOCKING);
		List<CompletableFuture<Object>> puts = IntStream.range(0, 20).mapToObj((i) -> Async.call(() -> {
			((i % 2 == 0) ? queue : other).put("m" + i);
			return null;
		})).toList();
		List<String> got = new ArrayList<>();
		while (got.size() < 20) {
			assertThat(this.fixture.redis().llen(this.fixture.list())).isLessThanOrEqualTo(2);
			queue.get(Duration.ofMillis(100)).ifPresent(got::add);
		}
		for (CompletableFuture<Object> put : puts) {
			put.get(20, TimeUnit.SECONDS);
		}
		assertThat(got).doesNotHaveDuplicates().hasSize(20);
	}

	@Test
	void aBlockedPutIsRefusedAfterItsTimeout() {
		RedisQueue<String> queue = full(BLOCKING.withPutTimeout(Duration.ofMillis(200)));
		long start = System.nanoTime();
		assertThatThrownBy(() -> queue.put("c")).isInstanceOf(PutRefusedException.class)
			.hasMessageContaining("no room within PT0.2S");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
		assertThat(queue.size()).isEqualTo(2);
	}

	@Test
	void anInterruptedPutIsRefusedAndTheThreadKeepsItsFlag() throws Exception {
		RedisQueue<String> queue = full(BLOCKING);
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CompletableFuture<Boolean> flag = Async.call(() -> {
			thread.complete(Thread.currentThread());
			assertThatThrownBy(() -> queue.put("c")).isInstanceOf(PutRefusedException.class)
				.hasMessageContaining("interrupted")
				.hasMessageContaining("not stored");
			return Thread.currentThread().isInterrupted();
		});
		thread.get().interrupt();
		assertThat(flag.get(20, TimeUnit.SECONDS)).isTrue();
		assertThat(queue.size()).isEqualTo(2);
	}

	@Test
	void aBlockedPutEndsWithItsQueue() {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class, BLOCKING);
		queue.putAll(List.of("a", "b"));
		CompletableFuture<Object> put = Async.call(() -> {
			queue.put("c");
			return null;
		});
		process.close();
		// Closed while it waits, or while it asks: then nobody hears the answer. Or just
		// before it asks.
		assertThat(put).failsWithin(SOON)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfAny(IllegalStateException.class, PutOutcomeUnknownException.class, PutRefusedException.class)
			.withMessageContaining("closed");
		assertThat(this.fixture.redis().llen(this.fixture.list())).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void aCutPutIsUnknownAndNeverSentTwice(Fault fault) {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, BLOCKING);
		queue.put("a");
		proxy.trap(fault, Script.PUT_BOUNDED.digest());
		assertThatThrownBy(() -> queue.put("b")).isInstanceOf(PutOutcomeUnknownException.class)
			.hasMessageContaining("once or not at all");
		assertThat(proxy.sprung()).isEqualTo(1);
		assertThat(queue.size()).isEqualTo((fault == Fault.LOSE_REPLY) ? 2 : 1);
	}

	private RedisQueue<String> full(QueueOptions options) {
		RedisQueue<String> queue = this.fixture.queue(options);
		queue.putAll(List.of("a", "b"));
		return queue;
	}

}
