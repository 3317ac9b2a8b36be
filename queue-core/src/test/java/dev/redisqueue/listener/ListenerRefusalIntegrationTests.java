package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.LogEvents;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener whose Redis answers, but is full, or forbids, or holds something else under
 * the keys of the queue, or nothing any more.
 */
@Tag("faults")
@Timeout(120)
class ListenerRefusalIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@RegisterExtension
	final QueueFixture fixture = QueueFixture.withOwnServer();

	private final Handled handled = new Handled();

	@Test
	void row33aFullRedisIsDrainedAndRefusesWhatHandlersPut() {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueue<String> next = this.fixture.process().create(this.fixture.name() + "-next", String.class);
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(100));
		this.fixture.redis().configSet("maxmemory", "1");
		AtomicInteger refused = new AtomicInteger();
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(4), DeliveryHandler.each((delivery) -> {
			this.handled.handle(List.of(delivery));
			try {
				next.put(delivery.payload());
			}
			catch (PutRefusedException ex) {
				refused.incrementAndGet();
			}
		}));
		await().until(() -> queue.stats().acked() == 100);
		assertThat(refused).hasValue(100);
		this.fixture.redis().configSet("maxmemory", "0");
		queue.put("again");
		await().until(() -> next.size() == 1);
		assertThat(this.handled.executions()).hasSize(101).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "arrived", "delayed", "meta", "consumers" })
	void row35aKeyOfAnotherTypeStopsItsQueueOnlyAndItGoesOnOnceMended(String key) {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class);
		RedisQueue<String> other = process.create(this.fixture.name() + "-other", String.class);
		Handled ofOther = new Handled();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		this.fixture.listen(other, ListenerOptions.defaults(), ofOther);
		queue.put("a");
		await().until(() -> queue.stats().acked() == 1);
		byte[] name = key.isEmpty() ? this.fixture.list() : this.fixture.side(key);
		byte[] aside = this.fixture.side("aside");
		boolean present = this.fixture.redis().exists(name) == 1;
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			if (present) {
				this.fixture.redis().rename(name, aside);
			}
			this.fixture.redis().set(name, name);
			await().until(() -> log.lines().stream().anyMatch((line) -> line.startsWith("ERROR")));
			for (int i = 0; i < 5; i++) {
				other.put("message " + i);
			}
			await().until(() -> other.stats().acked() == 5);
			assertThat(log.lines()).filteredOn((line) -> !line.startsWith("DEBUG"))
				.singleElement()
				.asString()
				.contains("WRONGTYPE", "cannot take from queue", "tries again");
			this.fixture.redis().del(name);
			if (present) {
				this.fixture.redis().rename(aside, name);
			}
			queue.put("b");
			await().until(() -> this.handled.executions().contains("b 1"));
			await().until(() -> log.lines().stream().anyMatch((line) -> line.contains("consumes queue")));
		}
		await().until(() -> queue.stats().acked() == 2);
		assertThat(this.handled.executions()).containsExactly("a 1", "b 1");
		assertThat(ofOther.executions()).hasSize(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "EVALSHA", "LRANGE", "HSET", "ZSCORE" })
	void row36aForbiddenCommandIsReportedOnceAndTheListenerGoesOnWhenItIsGranted(String command) {
		RedisQueue<String> queue = this.fixture.queue();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		queue.put("a");
		await().until(() -> queue.stats().acked() == 1);
		try (LogEvents log = LogEvents.of(RedisQueueListenerContainer.class, queue.name())) {
			this.fixture.redis()
				.aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.valueOf(command)));
			this.fixture.redis().rpush(this.fixture.list(), QueueFixture.bytes("b"));
			await().until(() -> log.lines().stream().anyMatch((line) -> line.startsWith("ERROR")));
			// Long enough for a listener without patience to say it a thousand times.
			await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
			assertThat(log.lines()).filteredOn((line) -> !line.startsWith("DEBUG"))
				.singleElement()
				.asString()
				.contains(queue.name(), "Grant the user", "ACL SETUSER");
			assertThat(rejected()).as("calls in two seconds").isLessThan(60);
			this.fixture.redis().aclSetuser("default", AclSetuserArgs.Builder.addCommand(CommandType.valueOf(command)));
			await().until(() -> this.handled.executions().contains("b 1"));
		}
		await().until(() -> queue.stats().acked() == 2);
		assertThat(this.handled.executions()).containsExactly("a 1", "b 1");
	}

	@Test
	void row37aPayloadIsInNoLineOfTheLogWhateverBecomesOfIt() {
		String secret = "canary-4711";
		RedisQueue<Map<String, Integer>> queue = this.fixture.process()
			.create(this.fixture.name(), new ParameterizedTypeReference<>() {
			}, QueueOptions.defaults().withMaxAttempts(2));
		List<byte[]> foreign = Stream
			.of(secret, "{\"" + secret, "{\"" + secret + "\":\"x\"}", "[\"" + secret + "\"]", "\u0000" + secret,
					"{\"" + secret + "\":99999999999999999999}")
			.map(QueueFixture::bytes)
			.toList();
		try (LogEvents log = LogEvents.ofAll()) {
			foreign.forEach((bytes) -> this.fixture.redis().rpush(this.fixture.list(), bytes));
			queue.put(Map.of(secret, 1));
			this.fixture.listen(queue, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
				throw new IllegalStateException("as ever");
			}));
			await().until(() -> queue.stats().dead() == 7);
			assertThat(log.lines()).isNotEmpty().noneMatch((line) -> line.contains(secret));
			assertThat(log.stackTraces()).isNotEmpty().noneMatch((trace) -> trace.contains(secret));
		}
		assertThat(queue.deadLetters().list(0, 10)).extracting(DeadLetter::bytes)
			.as("with the bytes as they were")
			.containsAll(foreign);
	}

	@ParameterizedTest
	@ValueSource(strings = { "arrived", "consumers", "meta", "taken", "all" })
	void row56aListenerGoesOnWhenItsKeysAreDeletedInMidRun(String key) {
		QueueOptions options = QueueFixture.lease(Duration.ofSeconds(2));
		RedisQueue<String> queue = this.fixture.queue(options);
		this.handled.hold();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		queue.put("a");
		await().until(() -> this.handled.executions().contains("a 1"));
		switch (key) {
			case "all" -> this.fixture.redis().flushall();
			case "taken" -> this.fixture.redis()
				.keys("*" + this.fixture.name() + "}:taken:*")
				.forEach((taken) -> this.fixture.redis().del(taken));
			default -> this.fixture.redis().del(this.fixture.side(key));
		}
		this.handled.release();
		queue.put("b");
		await().until(() -> this.handled.payloads().contains("b"));
		await().until(() -> queue.stats().taken() + queue.stats().ready() == 0);
		List<String> expected = new ArrayList<>(List.of("a 1", "b 1"));
		if (this.handled.executions().size() > 2) {
			// Its lease was gone when it was done, and it is there still.
			assertThat(key).isEqualTo("consumers");
			expected.add("a 2");
		}
		assertThat(this.handled.executions()).containsExactlyInAnyOrderElementsOf(expected);
		assertThat(queue.stats().dead() + queue.stats().delayed()).isZero();
	}

	/** How many calls the server has refused for want of a permission. */
	private long rejected() {
		return this.fixture.redis()
			.info("commandstats")
			.lines()
			.filter((line) -> line.contains("rejected_calls="))
			.mapToLong((line) -> Long.parseLong(line.replaceAll(".*rejected_calls=(\\d+).*", "$1")))
			.sum();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).ignoreExceptions();
	}

}
