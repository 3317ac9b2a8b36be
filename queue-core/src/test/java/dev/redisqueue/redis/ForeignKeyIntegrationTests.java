package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.lease.ConsumerProcess;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Somebody puts something else in the place of a key, or deletes it (faults 35 and 56).
 */
@Timeout(300)
class ForeignKeyIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(3));

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@ParameterizedTest
	@ValueSource(strings = { "", "arrived", "delayed", "consumers", "dead", "letters", "meta", "taken", "begun",
			"unique:k" })
	void aKeyOfAnotherTypeFailsClearlyAndNothingIsLost(String key) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("unique", PutOptions.create().unique("k", Duration.ofMinutes(1)));
		queue.putAll(numbers(7));
		Delivery<String> dead = queue.take(SOON).orElseThrow();
		dead.bury("x");
		List<Delivery<String>> held = queue.take(4, SOON);
		queue.put("later", PutOptions.create().delay(Duration.ofHours(1)));
		byte[] name = this.fixture.key(key);
		byte[] aside = this.fixture.side("aside");
		boolean present = this.fixture.redis().exists(name) == 1;
		if (present) {
			this.fixture.redis().rename(name, aside);
		}
		foreign(key, name);
		List<String> failed = new ArrayList<>();
		verbs(queue, held).forEach((verb, call) -> {
			Throwable failure = catchThrowable(call);
			if (failure != null) {
				failed.add(verb);
				assertThat(failure).as(verb)
					.isInstanceOf(QueueException.class)
					.isNotInstanceOf(QueueUnavailableException.class)
					.hasMessageContainingAll(queue.name(), "WRONGTYPE", "TYPE queue:" + queue.name(), "rename");
			}
		});
		assertThat(failed.isEmpty()).as("nothing reads it here: " + failed).isEqualTo(key.equals("begun"));
		if (present) {
			this.fixture.redis().rename(aside, name);
		}
		else {
			this.fixture.redis().del(name);
		}
		held.forEach((delivery) -> assertThat(
				delivery.ack() || delivery.release() || delivery.bury("") || delivery.retry(Duration.ofHours(1)))
			.isTrue());
		queue.resume();
		assertThat(remaining(queue)).isEqualTo(9);
	}

	/** Acked ones count too: nothing may be missing. */
	private static long remaining(RedisQueue<String> queue) {
		return queue.stats().ready() + queue.stats().delayed() + queue.stats().taken() + queue.stats().dead()
				+ queue.stats().acked();
	}

	private Map<String, ThrowingCallable> verbs(RedisQueue<String> queue, List<Delivery<String>> held) {
		Map<String, ThrowingCallable> verbs = new LinkedHashMap<>();
		verbs.put("unique",
				() -> assertThat(queue.put("again", PutOptions.create().unique("k", Duration.ofMinutes(1)))).isFalse());
		verbs.put("take", () -> queue.take(Duration.ofMillis(300)).orElseThrow().release());
		verbs.put("ack", () -> held.get(0).ack());
		verbs.put("release", () -> held.get(1).release());
		verbs.put("retry", () -> held.get(2).retry(Duration.ofHours(1)));
		verbs.put("bury", () -> held.get(3).bury("x"));
		verbs.put("size", queue::size);
		verbs.put("peek", queue::peek);
		verbs.put("stats", queue::stats);
		verbs.put("letters", () -> queue.deadLetters().list(0, 10));
		return verbs;
	}

	private void foreign(String key, byte[] name) {
		if (key.equals("unique:k")) {
			this.fixture.redis().rpush(name, name);
		}
		else {
			this.fixture.redis().set(name, name);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "arrived", "consumers", "meta", "taken", "begun", "unique:k" })
	void aKeyThatIsDeletedInMidRunCostsAtMostWhatItHeld(String key) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		RedisQueue<String> other = this.fixture.queue();
		queue.put("unique", PutOptions.create().unique("k", Duration.ofMinutes(1)));
		queue.putAll(numbers(8));
		List<Delivery<String>> held = queue.take(4, SOON);
		this.fixture.redis().del(this.fixture.key(key));
		int acked = queue.ackAll(held);
		// By then a heartbeat may have found that the lease is gone with the consumers.
		assertThat(acked).isBetween(key.equals("taken") || key.equals("consumers") ? 0 : 1, 4);
		int left = 9 - (key.equals("taken") ? 4 : acked);
		List<String> rest = new ArrayList<>();
		while (rest.size() < left) {
			List<Delivery<String>> some = other.take(10, SOON);
			some.forEach((delivery) -> rest.add(delivery.payload()));
			assertThat(other.ackAll(some)).isEqualTo(some.size());
		}
		assertThat(rest).hasSize(left).doesNotHaveDuplicates();
		queue.put("goes on");
		assertThat(queue.take(SOON).orElseThrow().ack()).isTrue();
	}

	@Test
	void whatIsHeldWhenTheConsumersAreDeletedIsDeliveredAgain() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(numbers(10));
		List<Delivery<String>> held = queue.take(10, SOON);
		CompletableFuture<Void> told = new CompletableFuture<>();
		held.get(0).onLeaseLost(() -> told.complete(null));
		this.fixture.redis().del(this.fixture.key("consumers"));
		told.get(60, TimeUnit.SECONDS);
		await().until(() -> queue.size() == 10);
		assertThat(queue.ackAll(held)).isZero();
		List<Delivery<String>> again = queue.take(10, SOON);
		assertThat(again).extracting(Delivery::payload).containsExactlyElementsOf(numbers(10));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
		assertThat(queue.ackAll(again)).isEqualTo(10);
	}

	@RepeatedTest(10) // Two threads of the process recover it, each in its own time.
	void whatAConsumerHeldThatWasLostJustBeforeItsProcessClosesGoesBack() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueueFactory process = this.fixture.process(proxy.port());
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class, OPTIONS);
		queue.putAll(numbers(3));
		List<Delivery<String>> held = queue.take(3, SOON);
		this.fixture.redis().del(this.fixture.key("consumers"));
		// The recovery takes several round trips, and is under way when the process
		// closes.
		proxy.delayReplies(Duration.ofMillis(100));
		// By then a heartbeat may have found that the lease is gone.
		int acked = held.get(0).ack() ? 1 : 0;
		process.close();
		assertThat(this.fixture.keysOf(this.fixture.name())).noneMatch((key) -> key.contains("taken"));
		List<Delivery<String>> again = this.fixture.queue().take(3, SOON);
		assertThat(again).extracting(Delivery::payload).isEqualTo(numbers(3).subList(acked, 3));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
		again.forEach(Delivery::ack);
	}

	@RepeatedTest(4) // In whatever order it is done.
	void aLostConsumerThatCannotBeRecoveredDoesNotKeepWhatItsSuccessorHolds() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class, OPTIONS);
		queue.putAll(numbers(3));
		List<Delivery<String>> held = queue.take(2, SOON);
		byte[] begun = this.fixture.key("begun");
		this.fixture.redis().set(begun, new byte[0]);
		this.fixture.redis().del(this.fixture.key("consumers"));
		int acked = held.get(0).ack() ? 1 : 0;
		assertThat(queue.take(SOON).orElseThrow().payload()).isEqualTo("2");
		process.close();
		assertThat(this.fixture.redis().llen(this.fixture.list())).isOne();
		this.fixture.redis().del(begun);
		RedisQueue<String> other = this.fixture.queue(OPTIONS);
		List<String> rest = new ArrayList<>();
		while (rest.size() < 3 - acked) {
			Delivery<String> next = other.take(SOON).orElseThrow();
			rest.add(next.payload());
			next.ack();
		}
		assertThat(rest).containsExactlyInAnyOrderElementsOf(numbers(3).subList(acked, 3));
	}

	@Test
	void whatADeadProcessHeldWhenTheConsumersAreDeletedIsFoundByItsKey() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(numbers(10));
		ChildJvm dead = this.fixture.child(ConsumerProcess.class, List.of(), this.fixture.server().port(),
				this.fixture.name(), 60_000, 10, "hold", 10);
		dead.await("holding", SOON);
		dead.kill();
		this.fixture.redis().del(this.fixture.key("consumers"));
		List<Delivery<String>> again = new ArrayList<>();
		while (again.size() < 10) {
			again.addAll(queue.take(10, SOON));
		}
		assertThat(again).extracting(Delivery::payload).containsExactlyElementsOf(numbers(10));
		assertThat(queue.ackAll(again)).isEqualTo(10);
	}

	@Test
	void equalDelayedMessagesStayApartAfterTheirSequenceWasDeleted() throws Exception {
		RedisQueue<String> queue = this.fixture.raw();
		PutOptions later = PutOptions.create().delay(Duration.ofHours(1));
		queue.put("x", later);
		this.fixture.redis().del(this.fixture.key("meta"));
		queue.put("x", later);
		assertThat(queue.stats().delayed()).isEqualTo(2);
		queue.clear();
	}

	@Test
	void aLostConsumerWhoseRecoveryFailedIsRecoveredAlthoughNothingIsTakenAnyMore() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(numbers(2));
		List<Delivery<String>> held = queue.take(2, SOON);
		byte[] list = this.fixture.list();
		this.fixture.redis().set(list, new byte[0]);
		CompletableFuture<Void> told = new CompletableFuture<>();
		held.get(0).onLeaseLost(() -> told.complete(null));
		this.fixture.redis()
			.zrange(this.fixture.key("consumers"), 0, -1)
			.forEach((consumer) -> this.fixture.redis().zadd(this.fixture.key("consumers"), -1, consumer));
		told.get(60, TimeUnit.SECONDS);
		await().until(() -> this.fixture.redis()
			.zrangeWithScores(this.fixture.key("consumers"), 0, -1)
			.get(0)
			.getScore() < -1);
		this.fixture.redis().del(list);
		await().until(() -> queue.size() == 2);
		held.get(0).close();
	}

	private static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

}
