package dev.redisqueue.redis.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long scripts run, whatever the sizes of the messages, by the slow log of Redis:
 * hardly longer than with one message of the largest size, which has to be sent in any
 * case. The best of some rounds counts, as others want the processor too.
 */
@Isolated
@Timeout(300)
class ScriptTimeIntegrationTests {

	private static final int LIMIT = 1_000_000;

	/** Sizes in the order of the queue. */
	static final List<List<Integer>> MIXES = List.of(sizes(12, 100, 40, LIMIT), sizes(40, LIMIT, 12, 100),
			sizes(250, 16_000), sizes(250, 16_500), sizes(120, 100, 120, 16_000, 40, LIMIT), sizes(300, 60_000),
			alternating(100, LIMIT), alternating(100, 200_000));

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	private static List<Integer> sizes(int... countsAndSizes) {
		List<Integer> sizes = new ArrayList<>();
		for (int i = 0; i < countsAndSizes.length; i += 2) {
			sizes.addAll(Collections.nCopies(countsAndSizes[i], countsAndSizes[i + 1]));
		}
		return sizes;
	}

	private static List<Integer> alternating(int small, int large) {
		return Stream.generate(() -> List.of(small, large)).limit(40).flatMap(List::stream).toList();
	}

	@ParameterizedTest
	@FieldSource("MIXES")
	void aTakeOfWhatThisLibraryPutsIsShort(List<Integer> sizes) throws Exception {
		RedisQueue<byte[]> queue = this.fixture.process().create(this.fixture.name(), byte[].class);
		long alike = Long.MAX_VALUE;
		long mixed = Long.MAX_VALUE;
		for (int round = 0; round < 3; round++) {
			alike = Math.min(alike, longestTake(queue, sizes(40, LIMIT)));
			mixed = Math.min(mixed, longestTake(queue, sizes));
		}
		assertThat(mixed).as("microseconds, to those where all are of the largest size").isLessThan(2 * alike);
	}

	private long longestTake(RedisQueue<byte[]> queue, List<Integer> sizes) throws Exception {
		for (int size : sizes) {
			queue.put(payload(size));
		}
		return longest("take of " + summary(sizes), () -> drain(queue));
	}

	@Test
	void aLargeMessageThatIsDueLaterCostsNothing() throws Exception {
		RedisQueue<byte[]> queue = this.fixture.process().create(this.fixture.name(), byte[].class);
		long without = Long.MAX_VALUE;
		for (int round = 0; round < 5; round++) {
			without = Math.min(without, longestTake(queue, sizes(20, 100)));
		}
		queue.put(payload(LIMIT), PutOptions.create().delay(Duration.ofDays(1)));
		long with = Long.MAX_VALUE;
		for (int round = 0; round < 5; round++) {
			queue.putAll(Collections.nCopies(20, payload(100)));
			with = Math.min(with,
					longest("take beside 1 MB that is due later", () -> queue.ackAll(queue.take(250, Duration.ZERO))));
		}
		assertThat(with).as("microseconds, to those without").isLessThan(3 * without + 200);
	}

	/** Foreign clients note nothing: who reads the first one finds out. */
	@Test
	void foreignLargeMessagesAreTakenOneByOneOnceTheyAreKnown() throws Exception {
		RedisQueue<byte[]> queue = this.fixture.process().create(this.fixture.name(), byte[].class);
		byte[] foreign = payload(2 * LIMIT);
		this.fixture.redis().rpush(this.fixture.list(), foreign, foreign);
		drain(queue);
		byte[][] mix = new byte[32][];
		Arrays.setAll(mix, (i) -> (i < 12) ? payload(100) : foreign);
		this.fixture.redis().rpush(this.fixture.list(), mix);
		List<Integer> counts = new ArrayList<>();
		longest("take of 12 small and 20 foreign ones of 2 MB", () -> counts.addAll(drain(queue)));
		assertThat(counts).as("messages of each take").hasSize(21).containsSequence(12, 1, 1);
	}

	@Test
	void deadLettersAreListedRedrivenAndTrimmedInShortSteps() throws Exception {
		RedisQueue<byte[]> queue = this.fixture.process().create(this.fixture.name(), byte[].class);
		long alike = longestTake(queue, sizes(40, LIMIT));
		for (int i = 0; i < 24; i++) {
			queue.put(payload(LIMIT));
			queue.take(Duration.ZERO).orElseThrow().bury("test");
		}
		List<DeadLetter<byte[]>> letters = new ArrayList<>();
		long listed = longest("list of 24 letters of 1 MB", () -> letters.addAll(queue.deadLetters().list(0, 24)));
		assertThat(letters).as("as far as 16 MB go").hasSizeBetween(16, 18);
		assertThat(queue.deadLetters().list(letters.size(), 24)).hasSize(24 - letters.size());
		long redriven = longest("redrive of 24 letters of 1 MB",
				() -> assertThat(queue.deadLetters().redrive(24)).isEqualTo(24));
		assertThat(listed).as("list, in microseconds").isLessThan(3 * alike);
		assertThat(redriven).as("redrive, in microseconds").isLessThan(3 * alike);
		drain(queue);
	}

	@Test
	void whatIsOnLoanGoesBackInShortSteps() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<byte[]> queue = process.create(this.fixture.name(), byte[].class);
		long alike = longestTake(queue, sizes(40, LIMIT));
		for (int i = 0; i < 30; i++) {
			queue.put(payload(LIMIT - i));
		}
		List<Delivery<byte[]>> held = new ArrayList<>();
		while (held.size() < 30) {
			held.addAll(queue.take(30, Duration.ZERO));
		}
		long back = longest("give back of 30 MB", process::close);
		assertThat(back).as("microseconds").isLessThan(3 * alike);
		RedisQueue<byte[]> other = this.fixture.process().create(this.fixture.name(), byte[].class);
		for (int i = 0; i < 30; i++) {
			Delivery<byte[]> delivery = other.take(Duration.ofSeconds(5)).orElseThrow();
			assertThat(delivery.bytes()).as("in order").hasSize(LIMIT - i);
			delivery.ack();
		}
	}

	private List<Integer> drain(RedisQueue<byte[]> queue) throws InterruptedException {
		List<Integer> counts = new ArrayList<>();
		while (true) {
			List<Delivery<byte[]>> taken = queue.take(250, Duration.ZERO);
			if (taken.isEmpty()) {
				return counts;
			}
			counts.add(taken.size());
			queue.ackAll(taken);
		}
	}

	private static byte[] payload(int size) {
		byte[] payload = new byte[size];
		Arrays.fill(payload, (byte) 'x');
		return payload;
	}

	private static String summary(List<Integer> sizes) {
		return sizes.size() + " messages from " + Collections.min(sizes) + " to " + Collections.max(sizes) + " bytes";
	}

	/** The longest script meanwhile, in microseconds. */
	private long longest(String what, Action action) throws Exception {
		this.fixture.redis().configSet("slowlog-log-slower-than", "0");
		this.fixture.redis().configSet("slowlog-max-len", "10000");
		this.fixture.redis().slowlogReset();
		action.run();
		long longest = 0;
		for (Object entry : this.fixture.redis().slowlogGet(10_000)) {
			List<?> fields = (List<?>) entry;
			String command = QueueFixture.text((byte[]) ((List<?>) fields.get(3)).get(0)).toUpperCase(Locale.ROOT);
			if (command.startsWith("EVAL")) {
				longest = Math.max(longest, ((Number) fields.get(2)).longValue());
			}
		}
		Scale.measured("%s: longest script %d µs", what, longest);
		return longest;
	}

	@FunctionalInterface
	private interface Action {

		void run() throws Exception;

	}

}
