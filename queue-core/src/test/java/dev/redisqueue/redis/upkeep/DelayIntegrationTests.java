package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.redis.link.RedisValues;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import io.lettuce.core.ScriptOutputType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Delayed messages become ready on time, however many there are, and whatever happens
 * until then (faults 46 to 48).
 */
@Tag("faults")
@Timeout(180)
class DelayIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	/** Adds messages with one due time: key, due time, first sequence, how many. */
	private static final String ADD = """
			for i = ARGV[2], ARGV[2] + ARGV[3] - 1 do
			  redis.call('ZADD', KEYS[1], ARGV[1], 'k' .. string.format('%015x', i) .. 'message ' .. i)
			end
			return 1""";

	/** The time of Redis and the ready messages at that very moment. */
	private static final String READY = """
			local time = redis.call('TIME')
			return { time[1] * 1000 + math.floor(time[2] / 1000), redis.call('LLEN', KEYS[1]) }""";

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer("--appendonly", "yes");

	@Test
	void row46WhatIsDueWhileNobodyIsUpIsDeliveredLateAndNotLost() throws Exception {
		// With everysec, Redis answers before it writes while an fsync is under way.
		this.fixture.redis().configSet("appendfsync", "always");
		try (RedisQueueFactory process = this.fixture.process()) {
			process.create(this.fixture.name(), String.class)
				.put("x", PutOptions.create().delay(Duration.ofMillis(300)).id("m1"));
		}
		this.fixture.server().kill();
		long down = System.nanoTime();
		await().until(() -> System.nanoTime() - down > TimeUnit.MILLISECONDS.toNanos(400));
		this.fixture.server().restart();
		assertThat(this.fixture.redis().zcard(this.fixture.side("delayed"))).as("kept by Redis").isEqualTo(1);
		Delivery<String> delivery = this.fixture.queue().take(SOON).orElseThrow();
		assertThat(delivery.payload()).isEqualTo("x");
		assertThat(delivery.id()).isEqualTo("m1");
		assertThat(delivery.attempt()).isEqualTo(1);
		assertThat(delivery.ack()).isTrue();
	}

	@Test
	void row47ADelayLongerThanTheLeaseIsExecutedOnce() throws Exception {
		QueueOptions options = QueueOptions.defaults().withLease(Duration.ofSeconds(1));
		List<RedisQueue<String>> consumers = List.of(this.fixture.queue(options), this.fixture.queue(options));
		long start = System.nanoTime();
		consumers.get(0).put("x", PutOptions.create().delay(Duration.ofSeconds(5)));
		Queue<Duration> executed = new ConcurrentLinkedQueue<>();
		List<CompletableFuture<Object>> consuming = consumers.stream().map((queue) -> Async.call(() -> {
			// Until two leases after the message was executed.
			while (executed.isEmpty() || age(start).minusSeconds(2).compareTo(executed.peek()) < 0) {
				queue.take(Duration.ofMillis(200)).ifPresent((delivery) -> {
					executed.add(age(start));
					delivery.ack();
				});
			}
			return null;
		})).toList();
		for (CompletableFuture<Object> one : consuming) {
			one.get(SOON.toSeconds(), TimeUnit.SECONDS);
		}
		assertThat(executed).hasSize(1).allMatch((age) -> age.compareTo(Duration.ofSeconds(5)) >= 0);
		assertThat(consumers.get(0).stats().acked()).isEqualTo(1);
	}

	private static Duration age(long since) {
		return Duration.ofNanos(System.nanoTime() - since);
	}

	@Test
	void row48AHundredThousandDueAtOnceAreMovedInStepsBesideOtherQueues() throws Exception {
		int count = 100_000;
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueue<String> other = this.fixture.process().create(this.fixture.name() + "-other", String.class);
		other.put("the server knows the script from here on");
		assertThat(other.getNowait()).isPresent();
		long due = now() + 10_000;
		for (int i = 0; i < count; i += 1000) {
			this.fixture.redis()
				.eval(ADD, ScriptOutputType.INTEGER, new byte[][] { this.fixture.side("delayed") }, arg(due), arg(i),
						arg(1000));
		}
		this.fixture.redis().configSet("slowlog-log-slower-than", "20000");
		this.fixture.redis().configSet("slowlog-max-len", "10000");
		this.fixture.redis().slowlogReset();
		assertThat(queue.isEmpty()).as("in use from here on").isTrue();
		List<Long> latencies = new ArrayList<>();
		long ready = 0;
		while (ready < count) {
			List<Long> seen = this.fixture.redis()
				.eval(READY, ScriptOutputType.MULTI, new byte[][] { this.fixture.list() });
			ready = seen.get(1);
			assertThat(ready == 0 || seen.get(0) >= due).as("nothing is early").isTrue();
			if (ready > 0) {
				long start = System.nanoTime();
				other.put("x");
				assertThat(other.getNowait()).contains("x");
				latencies.add(System.nanoTime() - start);
			}
		}
		long worst = this.fixture.redis().slowlogGet(10_000).stream().filter(DelayIntegrationTests::isScript).count();
		String measured = Scale.measured(
				"row 48: put and get beside %d due messages: p99 %.1f ms of %d; scripts above 20 ms: %d", count,
				percentile(latencies, 0.99) / 1e6, latencies.size(), worst);
		// Of a thousand steps, with a busy machine beside.
		assertThat(worst).as(measured).isLessThanOrEqualTo(20);
		assertThat(percentile(latencies, 0.99)).as(measured).isLessThan(TimeUnit.SECONDS.toNanos(5));
		assertThat(queue.stats().delayed()).isZero();
		assertThat(queue.take(3, SOON)).extracting(Delivery::payload)
			.containsExactly("message 0", "message 1", "message 2");
		assertThat(queue.clear()).isEqualTo(count - 3);
		this.fixture.checkInvariants(other.name());
	}

	private static boolean isScript(Object entry) {
		List<?> words = (List<?>) ((List<?>) entry).get(3);
		return QueueFixture.text((byte[]) words.get(0)).toUpperCase(java.util.Locale.ROOT).startsWith("EVAL");
	}

	@Test
	void delayedMessagesComeNeverEarlyAndSoonAfterTheirTime() throws Exception {
		int count = 200;
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueue<String> producer = this.fixture.queue();
		AtomicBoolean end = new AtomicBoolean();
		List<Long> lateness = new ArrayList<>();
		CompletableFuture<Object> consuming = Async.call(() -> {
			while (!end.get()) {
				queue.get(Duration.ofMillis(500)).ifPresent((due) -> {
					lateness.add(now() - Long.parseLong(due));
					end.set(lateness.size() == count);
				});
			}
			return null;
		});
		long first = now() + 1000;
		for (int i = 0; i < count; i++) {
			long due = first + 10 * i;
			producer.put(Long.toString(due), PutOptions.create().at(Instant.ofEpochMilli(due)));
		}
		consuming.get(SOON.toSeconds(), TimeUnit.SECONDS);
		String measured = Scale.measured("delays: %d messages late by p50 %d ms, p99 %d ms, at most %d ms", count,
				percentile(lateness, 0.5), percentile(lateness, 0.99), percentile(lateness, 1));
		assertThat(lateness).hasSize(count).allMatch((late) -> late >= 0);
		assertThat(percentile(lateness, 0.99)).as(measured).isLessThan(10_000);
	}

	@Test
	void retriesThatNobodyTakesNeverHoldUpDelayedPutsOfARawQueue() throws Exception {
		for (int i = 0; i < 2500; i++) {
			String member = "t" + String.format("%015x", 1_000_000 + i) + "RQ/1\nid:t" + i + "\nattempt:2\n\nretried";
			this.fixture.redis().zadd(this.fixture.side("delayed"), 1, QueueFixture.bytes(member));
		}
		RedisQueue<String> queue = this.fixture.raw();
		queue.put("delayed", PutOptions.create().delay(Duration.ofMillis(20)));
		await().atMost(SOON).until(() -> this.fixture.redis().llen(this.fixture.list()) == 1);
		assertThat(queue.stats().delayed()).isEqualTo(2500);
	}

	private static long percentile(List<Long> values, double part) {
		long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
		Arrays.sort(sorted);
		return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
	}

	/** The time of Redis in ms. */
	private long now() {
		List<byte[]> time = this.fixture.redis().time();
		return Long.parseLong(QueueFixture.text(time.get(0))) * 1000
				+ Long.parseLong(QueueFixture.text(time.get(1))) / 1000;
	}

	private static byte[] arg(long number) {
		return RedisValues.arg(number);
	}

}
