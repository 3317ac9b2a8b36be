package dev.redisqueue.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

/** The list that other clients see, with one of them in Python (fault 53). */
@Timeout(300)
class WireIntegrationTests {

	private static final String PYTHON = "/usr/bin/python3";

	private static final int ITEMS = 10_000;

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions RAW = QueueOptions.defaults()
		.withFormat(MessageFormat.RAW)
		.withLease(Duration.ofSeconds(6));

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@BeforeAll
	static void needsPython() throws Exception {
		boolean there = Path.of(PYTHON).toFile().canExecute()
				&& new ProcessBuilder(PYTHON, "-c", "import redis; redis.Redis").start().waitFor() == 0;
		assumeThat(there).as("%s has the module redis: apt-get install python3-redis", PYTHON).isTrue();
	}

	@Test
	void javaAndPythonExchangeTenThousandItemsInEachDirectionAtTheSameTime() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		String name = this.fixture.name();
		RedisQueue<byte[]> toPython = process.create(name + "-to", byte[].class, RAW);
		RedisQueue<byte[]> fromPython = process.create(name + "-from", byte[].class, RAW);
		CompletableFuture<List<String>> getting = python(name + "-to", "get", ITEMS);
		CompletableFuture<List<String>> putting = python(name + "-from", "put", ITEMS);
		CompletableFuture<Void> put = Async.call(() -> {
			for (int i = 0; i < ITEMS; i++) {
				toPython.put(item(i));
			}
			return null;
		});
		for (int i = 0; i < ITEMS; i++) {
			assertThat(fromPython.get(SOON)).as("item " + i).hasValue(item(i));
		}
		assertThat(putting.get(120, TimeUnit.SECONDS)).containsExactly("put " + ITEMS);
		assertThat(getting.get(120, TimeUnit.SECONDS)).containsExactly("got " + ITEMS);
		put.get(60, TimeUnit.SECONDS);
		assertThat(toPython.isEmpty()).isTrue();
		assertThat(fromPython.isEmpty()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(MessageFormat.class)
	void javaReadsWhatPythonPushedWhateverTheFormat(MessageFormat format) throws Exception {
		assertThat(python(this.fixture.name(), "push", "one", "two", "grün", "four").get(60, TimeUnit.SECONDS))
			.containsExactly("put 4");
		RedisQueue<String> queue = this.fixture.queue(RAW.withFormat(format));
		assertThat(queue.get(SOON)).contains("one");
		assertThat(queue.take(SOON).map(Delivery::payload)).contains("two");
		assertThat(queue.getNowait()).contains("grün");
		assertThat(queue.take(1, SOON)).extracting(Delivery::payload, Delivery::attempt)
			.containsExactly(tuple("four", 1));
	}

	@Test
	void pythonReadsNothingButPayloadsAfterARetryADelayAReleaseAndARecovery() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(RAW);
		queue.putAll(List.of("retried", "recovered", "released", "put"));
		FaultProxy proxy = this.fixture.proxy();
		Delivery<String> retried = queue.take(SOON).orElseThrow();
		RedisQueue<String> dying = this.fixture.queue(proxy, RAW.withLease(Duration.ofSeconds(3)));
		assertThat(dying.take(SOON).map(Delivery::payload)).contains("recovered");
		proxy.hole();
		assertThat(queue.take(SOON).orElseThrow().release()).isTrue();
		assertThat(retried.retry(Duration.ZERO)).isTrue();
		queue.put("delayed", PutOptions.create().delay(Duration.ofMillis(100)));
		await().until(() -> queue.stats().recovered() == 1 && queue.size() == 3);
		assertThat(python(this.fixture.name(), "drain").get(60, TimeUnit.SECONDS)).containsExactly("released", "put",
				"delayed", "drained 3");
		proxy.heal();
		List<Delivery<String>> again = new ArrayList<>();
		while (again.size() < 2) {
			again.addAll(queue.take(2, SOON));
		}
		assertThat(again).extracting(Delivery::payload, Delivery::attempt)
			.containsExactlyInAnyOrder(tuple("retried", 2), tuple("recovered", 2));
		assertThat(queue.ackAll(again)).isEqualTo(2);
	}

	/** As {@code item} of the script. */
	private static byte[] item(int i) {
		ByteArrayOutputStream item = new ByteArrayOutputStream();
		if (i % 1000 != 999) {
			item.writeBytes((i + ":").getBytes(StandardCharsets.US_ASCII));
			for (int k = 0; k < i % 50; k++) {
				item.write(i * k % 256);
			}
		}
		return item.toByteArray();
	}

	/** Runs the script; the lines that it prints. */
	private CompletableFuture<List<String>> python(String queue, Object... arguments)
			throws IOException, URISyntaxException {
		Path script = Path.of(Objects.requireNonNull(getClass().getResource("redis_queue.py")).toURI());
		List<String> command = new ArrayList<>(
				List.of(PYTHON, script.toString(), String.valueOf(this.fixture.server().port()), queue));
		List.of(arguments).forEach((argument) -> command.add(argument.toString()));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("PYTHONUTF8", "1");
		Process process = builder.start();
		return Async
			.call(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList());
	}

}
