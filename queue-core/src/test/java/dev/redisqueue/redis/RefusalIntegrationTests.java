package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * A Redis that answers, but refuses: full, read-only, or without the permission (faults
 * 29, 33 and 36).
 */
@Tag("faults")
@Timeout(300)
class RefusalIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(1));

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void aFullRedisRefusesPutsAndIsDrained() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(numbers(100));
		Delivery<String> held = queue.take(SOON).orElseThrow();
		CompletableFuture<List<Delivery<String>>> waiting = Async.call(() -> this.fixture.process()
			.create(this.fixture.name() + "-2", String.class)
			.take(10, Duration.ofMinutes(4)));
		await().until(this.fixture::hasBlockedClient);
		this.fixture.redis().configSet("maxmemory", "1");
		for (ThrowingCallable put : List.<ThrowingCallable>of(() -> queue.put("x"), () -> queue.putAll(List.of("x")),
				() -> queue.put("x", PutOptions.create().delay(Duration.ofSeconds(1))),
				() -> queue.put("x", PutOptions.create().unique("k", Duration.ofSeconds(1))))) {
			assertThatThrownBy(put).isInstanceOf(PutRefusedException.class)
				.hasMessageContainingAll(queue.name(), "OOM", "was not stored", "maxmemory", "more memory");
		}
		assertThat(held.ack()).isTrue();
		RedisQueue<String> newcomer = this.fixture.queue();
		assertThat(newcomer.take(SOON).orElseThrow().ack()).isTrue();
		List<Delivery<String>> rest = queue.take(1000, SOON);
		assertThat(rest).hasSize(98);
		assertThat(rest.get(0).release()).isTrue();
		assertThat(rest.get(1).retry(Duration.ZERO)).isTrue();
		assertThat(rest.get(2).bury("full")).isTrue();
		assertThat(queue.ackAll(rest)).isEqualTo(95);
		assertThat(queue.get(SOON)).as("the released one").isPresent();
		assertThat(queue.get(SOON)).as("the retried one").isPresent();
		assertThat(queue.get(Duration.ZERO)).isEmpty();
		this.fixture.redis().configSet("maxmemory", "0");
		queue.put("again");
		assertThat(queue.get(SOON)).contains("again");
		this.fixture.redis().rpush(QueueFixture.bytes("queue:" + this.fixture.name() + "-2"), new byte[] { 'x' });
		assertThat(waiting.get(60, TimeUnit.SECONDS)).as("it polled in the meantime").hasSize(1);
	}

	@Test
	void aReadOnlyRedisIsSaidToBeAndTriedAgain() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("a");
		this.fixture.redis().replicaof("127.0.0.1", 1);
		CompletableFuture<?> put = Async.call(() -> {
			queue.put("x");
			return null;
		});
		CompletableFuture<?> take = Async.call(() -> queue.take(SOON));
		assertThat(Async.failure(put)).isInstanceOf(PutRefusedException.class)
			.hasMessageContainingAll(queue.name(), "READONLY", "was not stored", "again later");
		assertThat(Async.failure(take)).isInstanceOf(QueueUnavailableException.class)
			.hasMessageContainingAll(queue.name(), "READONLY", "No message is lost");
		CompletableFuture<?> later = Async.call(() -> {
			queue.put("b");
			return null;
		});
		this.fixture.redis().replicaofNoOne();
		assertThat(later).succeedsWithin(SOON);
		List<Delivery<String>> both = new ArrayList<>(queue.take(2, SOON));
		if (both.size() < 2) {
			// The first one repeated the take whose reply was not seen.
			both.addAll(queue.take(1, SOON));
		}
		assertThat(both).extracting(Delivery::payload).containsExactly("a", "b");
		assertThat(queue.ackAll(both)).isEqualTo(2);
	}

	@Test
	void whoeverWasDemotedIsLeftForTheServerThatTookOver() throws Exception {
		FaultProxy name = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(name, OPTIONS);
		queue.put("a");
		CompletableFuture<String> waiting = Async.call(() -> queue.take(SOON).map(Delivery::payload).orElse("a"));
		assertThat(waiting).succeedsWithin(SOON);
		try (RedisInstance other = RedisInstance.start()) {
			name.redirect(other);
			this.fixture.redis().replicaof("127.0.0.1", 1);
			CompletableFuture<?> put = Async.call(() -> {
				queue.put("b");
				return null;
			});
			MachineClock demoted = MachineClock.start();
			assertThat(put).succeedsWithin(SOON);
			assertThat(demoted.elapsed()).isLessThan(Duration.ofSeconds(5));
			assertThat(queue.get(SOON)).contains("b");
			this.fixture.redis().replicaofNoOne();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "EVALSHA", "BLMOVE", "RPUSH", "ZSCORE", "HSET", "LTRIM", "LRANGE", "HDEL", "ZADD",
			"HINCRBY", "HMGET", "ZRANGE", "LMOVE", "TIME" })
	void aCommandThatIsForbiddenInMidRunIsSaidToBeAndNothingIsLost(String command) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(numbers(20));
		List<Delivery<String>> held = queue.take(8, SOON);
		queue.put("later", PutOptions.create().delay(Duration.ofMillis(100)));
		this.fixture.redis().aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.valueOf(command)));
		Map<String, ThrowingCallable> verbs = Map.of("put", () -> queue.put("put"), "take", () -> {
			for (Delivery<String> one : queue.take(1, Duration.ofMillis(300))) {
				one.release();
			}
		}, "ack", () -> held.get(0).ack(), "release", () -> held.get(1).release(), "retry",
				() -> held.get(2).retry(Duration.ofSeconds(1)), "bury", () -> held.get(3).bury("x"));
		long failed = verbs.entrySet().stream().filter((verb) -> {
			Throwable failure = catchThrowable(verb.getValue());
			if (failure != null) {
				assertThat(failure).as(verb.getKey())
					.isInstanceOf(QueueException.class)
					.isNotInstanceOf(QueueUnavailableException.class)
					.hasMessageContainingAll(queue.name(), "Grant the user", "ACL SETUSER");
			}
			return failure != null;
		}).count();
		this.fixture.redis().aclSetuser("default", AclSetuserArgs.Builder.addCommand(CommandType.valueOf(command)));
		if (!command.equals("BLMOVE") && !command.equals("LMOVE")) {
			assertThat(failed).as("verbs that failed").isPositive();
		}
		verbs.forEach((name, verb) -> {
			if (!name.equals("put")) {
				assertThat(catchThrowable(verb)).as(name + " afterwards").isNull();
			}
		});
		held.forEach(Delivery::ack);
		await().atMost(SOON).untilAsserted(() -> {
			queue.ackAll(queue.take(100, Duration.ZERO));
			assertThat(queue.stats()).satisfies((stats) -> {
				long put = 21 + ((stats.acked() + stats.dead() > 21) ? 1 : 0);
				assertThat(stats.acked() + stats.dead()).isEqualTo(put).isGreaterThanOrEqualTo(21);
				assertThat(stats.ready() + stats.taken() + stats.delayed()).isZero();
			});
		});
	}

	@Test
	void aWrongPasswordIsSaidAtOnce() {
		this.fixture.redis().configSet("requirepass", "right");
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		MachineClock clock = MachineClock.start();
		assertThatThrownBy(queue::size).isInstanceOf(QueueException.class)
			.isNotInstanceOf(QueueUnavailableException.class)
			.hasMessageContainingAll(queue.name(), "NOAUTH", "spring.data.redis.username");
		assertThat(clock.elapsed()).isLessThan(Duration.ofSeconds(5));
		assertThatThrownBy(() -> queue.put("x")).isInstanceOf(PutRefusedException.class)
			.hasMessageContainingAll(queue.name(), "NOAUTH", "was not stored", "spring.data.redis.username");
		this.fixture.redis().configSet("requirepass", "");
		assertThat(queue.size()).isZero();
	}

	private static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

}
