package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.redisqueue.PutOptions;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A process that has put nothing yet, with a connection that the proxy holds. */
final class GatheringClient {

	static final int MIB = 1024 * 1024;

	static final int SMALL = 10;

	/** How many gather behind the first. */
	static final int OTHERS = 24;

	private final QueueFixture fixture;

	final FaultProxy proxy;

	private final RedisQueueFactory process;

	final RedisQueue<String> queue;

	GatheringClient(QueueFixture fixture, Duration commandTimeout) {
		this.fixture = fixture;
		this.proxy = fixture.proxy();
		this.process = fixture.process(this.proxy.port(), commandTimeout);
		this.queue = this.process.create(fixture.name(), String.class,
				QueueOptions.defaults().withMaxPutBytes(3 * MIB));
		// Asks for the time of Redis, once, and is no RPUSH.
		this.queue.put("warm-up", PutOptions.create().delay(Duration.ofHours(1)));
		this.queue.clear();
	}

	/** One put whose command is held, and others that wait for its reply. */
	List<Putting> gather(String name, int size) {
		this.proxy.hole();
		List<Putting> puts = new ArrayList<>();
		puts.add(new Putting(this.queue, name + "-0", size, false));
		awaitAtOnce(puts.get(0)::waits);
		for (int i = 1; i <= OTHERS; i++) {
			puts.add(new Putting(this.queue, name + "-" + i, size, false));
		}
		awaitAtOnce(() -> puts.stream().allMatch(Putting::waits));
		return puts;
	}

	/** Had a command under way been forgotten, nobody would wait for the first. */
	void assertGathers(int size) {
		this.queue.clear();
		long before = commands(this.fixture, "calls");
		List<Putting> puts = gather("gathers", size);
		this.proxy.heal();
		assertEachIsStored(puts);
		assertThat(commands(this.fixture, "calls") - before).isEqualTo((size > SMALL) ? 4 : 2);
	}

	void assertWorks() {
		this.queue.clear();
		List<String> ids = List.of("works-1", "works-2", "works-3");
		ids.forEach((id) -> Putting.put(this.queue, id, SMALL));
		assertThat(stored(this.fixture)).isEqualTo(ids);
	}

	/** Nothing that it ever sent is still on its way when this returns. */
	void end() {
		this.queue.size();
		this.process.close();
		await().until(() -> this.fixture.redis().clientList().strip().lines().count() == 1);
	}

	void assertEachIsStored(List<Putting> puts) {
		assertThat(puts).allSatisfy((put) -> assertThat(put.failure()).isNull());
		assertThat(stored(this.fixture)).containsExactlyInAnyOrderElementsOf(ids(puts));
	}

	void assertEachIsToldTheTruth(List<Putting> puts) {
		puts.forEach(Putting::failure);
		List<String> stored = stored(this.fixture);
		assertThat(puts).allSatisfy((put) -> {
			int most = (put.failure() == null || put.failure() instanceof PutOutcomeUnknownException) ? 1 : 0;
			assertThat(Collections.frequency(stored, put.id)).isBetween((put.failure() == null) ? 1 : 0, most);
		});
	}

	static List<String> ids(List<Putting> puts) {
		return puts.stream().map((put) -> put.id).toList();
	}

	/** The ids of what is ready, in order. */
	static List<String> stored(QueueFixture fixture) {
		return fixture.redis().lrange(fixture.list(), 0, -1).stream().map((bytes) -> {
			String payload = QueueFixture.text(bytes).split("\n\n", 2)[1];
			return payload.substring(0, payload.indexOf(' '));
		}).toList();
	}

	/** How many {@code RPUSH} there were, or what else Redis says of them. */
	static long commands(QueueFixture fixture, String figure) {
		Matcher matcher = Pattern.compile("cmdstat_rpush:.*?\\b" + figure + "=(\\d+)")
			.matcher(fixture.redis().info("commandstats"));
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

	/** Looks often: what gathers goes by itself after two seconds. */
	static void awaitAtOnce(Callable<Boolean> condition) {
		await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
	}

}
