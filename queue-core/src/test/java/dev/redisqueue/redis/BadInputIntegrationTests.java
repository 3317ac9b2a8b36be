package dev.redisqueue.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What others may have pushed: anything (fault 37, and S1, S3, S5 and S6 of security).
 */
@Timeout(300)
class BadInputIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final AtomicBoolean INSTANTIATED = new AtomicBoolean();

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	static Stream<byte[]> noOrders() throws IOException {
		return Stream.of(new byte[0], new byte[] { 0 }, new byte[] { (byte) 0xff, (byte) 0xfe, 0, '{' }, bytes("{"),
				bytes("{\"number\":"), bytes("{\"number\":1} x"), bytes("null"), bytes("\"text\""), bytes("[]"),
				bytes("{\"number\":\"x\"}"), bytes("[".repeat(100_000)), bytes("{\"a\":".repeat(100_000)),
				bytes("{\"number\":" + "9".repeat(100_000) + "}"), bytes("[\"java.util.ArrayList\",[]]"),
				bytes("[\"" + Gadget.class.getName() + "\",{}]"), serialized());
	}

	@ParameterizedTest
	@MethodSource("noOrders")
	void whatIsNoPayloadFailsClearlyAndIsKeptWithItsBytes(byte[] foreign) throws Exception {
		RedisQueue<Order> queue = this.fixture.process().create(this.fixture.name(), Order.class);
		this.fixture.redis().rpush(this.fixture.list(), foreign, foreign, bytes("{\"number\":42}"));
		assertThatThrownBy(queue::peek).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContainingAll(queue.name(), "It stays");
		assertThatThrownBy(queue::getNowait).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContainingAll(queue.name(), "dead letters", "redrive");
		Delivery<Order> delivery = queue.take(SOON).orElseThrow();
		assertThatThrownBy(delivery::payload).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContainingAll(queue.name(), delivery.id(), "bury")
			.satisfies((ex) -> assertThat(((UndecodablePayloadException) ex).bytes()).isEqualTo(foreign));
		assertThat(delivery.bytes()).isEqualTo(foreign);
		assertThat(delivery.bury("no order")).isTrue();
		assertThat(queue.get(SOON)).contains(new Order(42));
		assertThat(queue.deadLetters().list(0, 10)).hasSize(2)
			.allSatisfy((letter) -> assertThat(letter.bytes()).isEqualTo(foreign));
		assertThat(INSTANTIATED).isFalse();
	}

	@Test
	void classNamesInTheDataMakeNothing() throws Exception {
		RedisQueue<Object> queue = this.fixture.process().create(this.fixture.name(), Object.class);
		String gadget = Gadget.class.getName();
		for (String json : List.of("[\"java.util.ArrayList\",[1]]", "[\"" + gadget + "\",{\"a\":1}]",
				"{\"@class\":\"" + gadget + "\"}", "{\"@type\":\"" + gadget + "\",\"@c\":\"" + gadget + "\"}")) {
			this.fixture.push(json);
			Object payload = queue.get(SOON).orElseThrow();
			assertThat(payload.getClass().getPackageName()).isEqualTo("java.util");
			assertThat(payload.toString()).as("text, as it was").contains("a");
		}
		assertThat(INSTANTIATED).isFalse();
	}

	static Stream<String> malformedHeads() {
		return Stream.of("RQ/1\n", "RQ/1\nid\n\nx", "RQ/1\nid:\n\nx", "RQ/1\n:x\n\nx", "RQ/1\nid:a\nid:b\n\nx",
				"RQ/1\nattempt:\n\nx", "RQ/1\nattempt:-1\n\nx", "RQ/1\nattempt:0\n\nx", "RQ/1\nattempt:NaN\n\nx",
				"RQ/1\nattempt:99999999999999999999\n\nx", "RQ/1\nattempt:1e3\n\nx", "RQ/1\nattempt: 2\n\nx",
				"RQ/1\nput-at:soon\n\nx", "RQ/1\nput-at:-1\n\nx", "RQ/1\nexpires-at:9999999999999999999\n\nx",
				"RQ/1\nfirst-failed-at:x\n\nx", "RQ/1\nrecovered:x\n\nx", "RQ/1\nk:\\x\n\nx", "RQ/1\nk:\\\n\nx",
				"RQ/1\nKey:x\n\nx", "RQ/1\nid:a b\n\nx", "RQ/1\nid:" + "i".repeat(2000) + "\n\nx",
				"RQ/1\nid:a\\nb\n\nx", "RQ/1\nid:a\u001b[31mb\n\nx", "RQ/1\nid:a\u202eb\n\nx",
				"RQ/1\nk:" + "v".repeat(70_000) + "\n\nx", "RQ/1\r\nid:a\r\n\r\nx", "RQ/\nid:a\n\nx", "RQ/1");
	}

	@ParameterizedTest
	@MethodSource("malformedHeads")
	void aMalformedHeadMakesTheWholeAPayloadWhichEveryVerbHandles(String foreign) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxAttempts(2));
		this.fixture.push(foreign);
		Delivery<String> first = queue.take(SOON).orElseThrow();
		assertThat(first.payload()).isEqualTo(foreign);
		assertThat(first.attempt()).isEqualTo(1);
		assertThat(first.id()).matches("[!-~]{1,1024}");
		assertThat(first.release()).isTrue();
		assertThat(queue.take(SOON).orElseThrow().retry(Duration.ZERO, new IllegalStateException("a\nb"))).isTrue();
		Delivery<String> last = queue.take(SOON).orElseThrow();
		assertThat(last.attempt()).isEqualTo(2);
		assertThat(last.retry(Duration.ZERO, new IllegalStateException("c\nd"))).isTrue();
		DeadLetter<String> letter = queue.deadLetters().list(0, 10).get(0);
		assertThat(letter.payload()).isEqualTo(first.payload());
		assertThat(letter.attempts()).isEqualTo(2);
		assertThat(letter.causeMessage()).contains("c\nd");
		assertThat(queue.deadLetters().redrive(letter.id())).isTrue();
		assertThat(queue.get(SOON)).contains(first.payload());
	}

	@ParameterizedTest
	@EnumSource(MessageFormat.class)
	void aFrameOfAnUnknownVersionIsKeptForWhoeverKnowsIt(MessageFormat format) throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withFormat(format));
		String foreign = "RQ/2\nid:a\n\nx";
		this.fixture.push(foreign, "one", foreign, "two");
		assertThatThrownBy(queue::peek).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContainingAll(queue.name(), "unknown version", "update the library");
		assertThat(queue.getNowait()).contains("one");
		assertThat(queue.take(SOON).map(Delivery::payload)).contains("two");
		assertThat(queue.deadLetters().list(0, 10)).hasSize(2)
			.allSatisfy((letter) -> assertThat(letter.reason()).contains("unknown version", "redrive"));
		assertThat(queue.deadLetters().redrive(10)).isEqualTo(2);
		assertThat(this.fixture.redis().lrange(this.fixture.list(), 0, -1)).extracting(QueueFixture::text)
			.as("as it was")
			.containsExactly(foreign, foreign);
	}

	@Test
	void noBytesBreakTheQueue() throws Exception {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		RedisQueue<byte[]> queue = this.fixture.process().create(this.fixture.name(), byte[].class);
		List<byte[]> pushed = new ArrayList<>();
		int count = Scale.of(3000, 100_000);
		for (int i = 0; i < count; i++) {
			byte[] message = mutated(random);
			pushed.add(message);
			this.fixture.redis().rpush(this.fixture.list(), message);
			List<Delivery<byte[]>> taken = queue.take(10, Duration.ZERO);
			for (Delivery<byte[]> delivery : taken) {
				assertThat(delivery.id()).matches("[!-~]{1,1024}");
				assertThat(new String(message, StandardCharsets.ISO_8859_1)).as("seed %d", seed)
					.endsWith(new String(delivery.payload(), StandardCharsets.ISO_8859_1));
				assertThat((i % 2 == 0) ? delivery.ack() : delivery.bury("x")).as("seed %d", seed).isTrue();
			}
		}
		assertThat(queue.stats()).satisfies((stats) -> {
			assertThat(stats.ready() + stats.taken()).isZero();
			assertThat(stats.acked() + stats.dead()).isEqualTo(count);
		});
		this.fixture.allowEqualIds();
	}

	/** A frame with some of its bytes changed. */
	private static byte[] mutated(Random random) {
		byte[] message = bytes("RQ/1\nid:abc\nput-at:1763772151000\nattempt:2\nrecovered:1\nk:v\\n\n\nx");
		for (int i = random.nextInt(4); i >= 0; i--) {
			byte[] signs = bytes("\n:\\/\r0129aQ-");
			int at = random.nextInt(message.length);
			message[at] = random.nextBoolean() ? signs[random.nextInt(signs.length)] : (byte) random.nextInt();
		}
		return message;
	}

	@Test
	void anErrorOfACodecLosesNoMessage() throws Exception {
		RedisQueue<String> queue = this.fixture.process()
			.create(this.fixture.name(), new Overflowing(), QueueOptions.defaults());
		queue.put("x");
		assertThatThrownBy(queue::getNowait).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContainingAll(queue.name(), "StackOverflowError", "dead letters");
		assertThat(queue.deadLetters().list(0, 10)).singleElement()
			.satisfies((letter) -> assertThat(letter.bytes()).isEqualTo(bytes("x")));
	}

	private static byte[] serialized() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(new Gadget());
		}
		INSTANTIATED.set(false);
		return bytes.toByteArray();
	}

	private static byte[] bytes(String text) {
		return QueueFixture.bytes(text);
	}

	/**
	 * What the queue carries.
	 *
	 * @param number of the order
	 */
	record Order(int number) {
	}

	/** Recurses over what it reads. */
	private static final class Overflowing implements PayloadCodec<String> {

		@Override
		public byte[] encode(String payload) {
			return bytes(payload);
		}

		@Override
		public String decode(byte[] bytes) {
			throw new StackOverflowError();
		}

	}

	/** Does harm by being made. */
	static final class Gadget implements Serializable {

		private static final long serialVersionUID = 1L;

		Gadget() {
			INSTANTIATED.set(true);
		}

		private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
			in.defaultReadObject();
			INSTANTIATED.set(true);
		}

	}

}
