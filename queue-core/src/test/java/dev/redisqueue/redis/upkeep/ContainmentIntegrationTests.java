package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.ScriptOutputType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What goes on beside the calls of one queue does not take its lease from another one,
 * nor does bulk work of any kind.
 */
@Timeout(180)
@Isolated
class ContainmentIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Duration LEASE = Duration.ofSeconds(2);

	private static final String DUE = """
			for i = 1, tonumber(ARGV[1]) do
			  redis.call('ZADD', KEYS[1], i, string.format('k%015x', i) .. 'message ' .. i)
			end
			""";

	private static final String SUSPECTS = """
			for i = 1, tonumber(ARGV[1]) do
			  redis.call('RPUSH', KEYS[1], 'RQ/1\\nid:s' .. i .. '\\nattempt:2\\nrecovered:1\\n\\nmessage')
			end
			""";

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	private void fill(String script, byte[] key, int count) {
		this.fixture.redis()
			.eval(script, ScriptOutputType.STATUS, new byte[][] { key }, QueueFixture.bytes("" + count));
	}

	@Test
	void anIdleQueueKeepsItsLeaseWhileEightOthersHaveBacklogsThatAreDue() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> idle = process.create(this.fixture.name(), String.class, QueueFixture.lease(LEASE));
		idle.put("a");
		Delivery<String> held = idle.take(SOON).orElseThrow();
		for (int i = 0; i < 8; i++) {
			fill(DUE, QueueFixture.bytes("{queue:" + this.fixture.name() + "-" + i + "}:delayed"), 150_000);
		}
		RedisQueue<String> last = null;
		for (int i = 0; i < 8; i++) {
			last = process.create(this.fixture.name() + "-" + i, String.class);
			last.size();
		}
		RedisQueue<String> watched = last;
		await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50)).until(() -> {
			assertThat(this.fixture.shortestLease()).as("what is left of the lease").isGreaterThan(LEASE.dividedBy(3));
			return watched.stats().delayed() == 0;
		});
		assertThat(idle.stats().lastBeat()).isLessThan(LEASE);
		assertThat(held.ack()).isTrue();
	}

	@Test
	void manySuspectsThatWereSettledDoNotDelayAHeartbeat() throws Exception {
		Duration lease = Duration.ofSeconds(6);
		RedisQueue<String> queue = this.fixture.queue(QueueFixture.lease(lease));
		this.fixture.push("held");
		Delivery<String> held = queue.take(SOON).orElseThrow();
		for (int i = 0; i < 10; i++) {
			fill(SUSPECTS, this.fixture.list(), 20_000);
		}
		Duration shortest = lease;
		for (List<Delivery<String>> some = queue.take(1_000, SOON); !some.isEmpty(); some = queue.take(1_000,
				Duration.ZERO)) {
			assertThat(some.get(0).isRecovered()).isTrue();
			assertThat(queue.ackAll(some)).isEqualTo(some.size());
			shortest = min(shortest, this.fixture.shortestLease());
		}
		for (int i = 0; i < 60; i++) {
			shortest = min(shortest, this.fixture.shortestLease());
			assertThat(queue.isPaused()).isFalse();
			await().pollDelay(Duration.ofMillis(100)).until(() -> true);
		}
		assertThat(shortest).as("the least that was left of the lease").isGreaterThan(lease.dividedBy(3));
		assertThat(held.ack()).isTrue();
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/** The tick has no part in it, and says nothing. */
	@Test
	void aLeaseThatCannotBeRenewedIsReportedOnceWhileItRunsOut() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueFixture.lease(LEASE));
		queue.put("a");
		Delivery<String> held = queue.take(SOON).orElseThrow();
		try (LogEvents events = LogEvents.of(QueueUpkeep.class, this.fixture.name())) {
			byte[] taken = this.fixture.key("taken");
			byte[] message = this.fixture.redis().dump(taken);
			this.fixture.redis().set(taken, QueueFixture.bytes("no hash"));
			await().atMost(LEASE).until(() -> !events.lines().isEmpty());
			assertThat(events.lines().get(0)).startsWith("WARN").contains("heartbeat", "WRONGTYPE");
			this.fixture.redis().del(taken);
			this.fixture.redis().restore(taken, 0, message);
			await().atMost(SOON).until(() -> events.lines().size() > 1);
			assertThat(events.lines()).hasSize(2).last().asString().startsWith("INFO").contains("answers again");
		}
		assertThat(held.ack()).isTrue();
	}

	@Test
	void aConsumerThatCannotBeRecoveredDoesNotKeepOthersFromIt() throws Exception {
		QueueOptions options = QueueFixture.lease(LEASE);
		RedisQueue<String> living = this.fixture.queue(options);
		living.size();
		for (int i = 0; i < 6; i++) {
			this.fixture.redis().zadd(this.fixture.side("consumers"), 1.0 + i, QueueFixture.bytes("broken-" + i));
			this.fixture.redis().set(this.fixture.side("taken:broken-" + i), QueueFixture.bytes("no hash"));
		}
		this.fixture.redis().zadd(this.fixture.side("consumers"), 100.0, QueueFixture.bytes("whole"));
		this.fixture.redis().hset(this.fixture.side("taken:whole"), QueueFixture.bytes("#"), QueueFixture.bytes("1"));
		this.fixture.redis().hset(this.fixture.side("taken:whole"), QueueFixture.bytes("1"), QueueFixture.bytes("a"));
		try (LogEvents events = LogEvents.of(DeadConsumers.class, this.fixture.name())) {
			await().atMost(LEASE.multipliedBy(4)).until(() -> living.size() == 1);
			assertThat(events.lines()).filteredOn((line) -> line.startsWith("WARN"))
				.hasSize(1)
				.first()
				.asString()
				.contains("broken-", "WRONGTYPE");
		}
		assertThat(living.take(SOON).orElseThrow().ack()).isTrue();
		for (int i = 0; i < 6; i++) {
			this.fixture.redis().del(this.fixture.side("taken:broken-" + i));
		}
		await().atMost(SOON).until(() -> this.fixture.redis().zcard(this.fixture.side("consumers")) == 1);
	}

}
