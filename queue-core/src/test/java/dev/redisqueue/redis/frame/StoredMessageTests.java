package dev.redisqueue.redis.frame;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StoredMessageTests {

	private static final byte[] PAYLOAD = { 0, 'R', 'Q', '/', '1', '\n', '\n', (byte) 0xff };

	@Test
	void aFrameGivesBackItsHeadAndItsPayload() {
		byte[] stored = new FrameHead().with(FrameHead.ID, "m1")
			.with(FrameHead.PUT_AT, 1763772151000L)
			.with(FrameHead.ATTEMPT, 3)
			.withAll(Map.of("tenant", "a:b\r\n\\c é"))
			.before(PAYLOAD);
		StoredMessage message = StoredMessage.read(stored, () -> "none");
		assertThat(message.isFramed()).isTrue();
		assertThat(message.id()).isEqualTo("m1");
		assertThat(message.attempt()).isEqualTo(3);
		assertThat(message.time(FrameHead.PUT_AT)).contains(Instant.ofEpochMilli(1763772151000L));
		assertThat(message.headers()).containsExactly(Map.entry("tenant", "a:b\r\n\\c é"));
		assertThat(message.payload()).isEqualTo(PAYLOAD);
		assertThat(message.reframed(message.head())).isEqualTo(stored);
	}

	@Test
	void anythingElseIsARawMessage() {
		StoredMessage message = StoredMessage.read(PAYLOAD, () -> "c1-7");
		assertThat(message.isFramed()).isFalse();
		assertThat(message.id()).isEqualTo("c1-7");
		assertThat(message.attempt()).isEqualTo(1);
		assertThat(message.headers()).isEmpty();
		assertThat(message.payload()).isEqualTo(PAYLOAD);
	}

	@ParameterizedTest
	@ValueSource(strings = { "RQ/1\n", "RQ/1\nid:1\n", "RQ/1\nid\n\n", "RQ/1\nID:1\n\n", "RQ/1\nid:1\nid:2\n\n",
			"RQ/1\nattempt:0\n\n", "RQ/1\nattempt:-1\n\n", "RQ/1\nattempt:99999999999\n\n", "RQ/1\nattempt:NaN\n\n",
			"RQ/1\nput-at:x\n\n", "RQ/1\nput-at:9999999999999999\n\n", "RQ/1\nid:\n\n", "RQ/1\nk:a\\b\n\n",
			"RQ/1\nk:a\\\n\n", "RQ/1\n:x\n\n", "RQ/1\n\nid:1\n", "RQ/", "RQ/x\n\n", "RQ/1 \n\n", "rq/1\n\n" })
	void aMalformedHeadMakesTheWholeARawMessage(String text) {
		byte[] stored = text.getBytes(StandardCharsets.UTF_8);
		StoredMessage message = StoredMessage.read(stored, () -> "x");
		assertThat(StoredMessage.isUnknownVersion(stored)).isFalse();
		if (text.equals("RQ/1\n\nid:1\n")) {
			assertThat(message.isFramed()).as("a head without fields is well-formed").isTrue();
			assertThat(message.payload()).isEqualTo("id:1\n".getBytes(StandardCharsets.UTF_8));
			return;
		}
		assertThat(message.isFramed()).isFalse();
		assertThat(message.payload()).isEqualTo(stored);
	}

	@ParameterizedTest
	@ValueSource(strings = { "RQ/2\n", "RQ/10\nid:1\n\nx", "RQ/01\n", "RQ/0\n" })
	void anUnknownVersionIsTold(String text) {
		assertThat(StoredMessage.isUnknownVersion(text.getBytes(StandardCharsets.UTF_8))).isTrue();
	}

	@Test
	void aHeadThatIsNoUtf8IsARawMessage() {
		byte[] stored = "RQ/1\nk:?\n\nx".getBytes(StandardCharsets.UTF_8);
		stored[7] = (byte) 0xff;
		assertThat(StoredMessage.read(stored, () -> "x").isFramed()).isFalse();
	}

	@Test
	void aHeadAboveTheLimitIsARawMessage() {
		byte[] stored = new FrameHead().with("k", "x".repeat(FrameHead.LIMIT)).before(PAYLOAD);
		assertThat(StoredMessage.read(stored, () -> "x").isFramed()).isFalse();
	}

	@Test
	void randomBytesNeverFailAndNeverLoseAByte() {
		Random random = new Random(42);
		byte[] begin = "RQ/1\nid:a\nput-at:17\n\n".getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < 20_000; i++) {
			byte[] stored = new byte[random.nextInt(40)];
			random.nextBytes(stored);
			System.arraycopy(begin, 0, stored, 0, Math.min(stored.length, random.nextInt(begin.length + 1)));
			StoredMessage message = StoredMessage.read(stored, () -> "x");
			assertThat(message.payloadAt() + message.payload().length).isEqualTo(stored.length);
			assertThat(message.attempt()).isPositive();
			assertThat(message.id()).isNotEmpty();
		}
	}

	/** What a head is, said once more by patterns. */
	@Test
	void aHeadIsReadAsItIsDefined() {
		Random random = new Random(7);
		String[] parts = { "id:", "put-at:", "attempt:", "recovered:", "k:", "traceparent:", "K:", "a.b_c-d:", ":",
				"-x:", "1", "0", "17", "999999999", "9999999999", "123456789012345", "1234567890123456", "a", "\\n",
				"\\c", "\\", "\\x", "é", " ", "\r", "\t", "x:y", "\n", "\n", "\n", "\u0000" };
		int framed = 0;
		for (int i = 0; i < 200_000; i++) {
			StringBuilder head = new StringBuilder();
			for (int left = random.nextInt(9); left > 0; left--) {
				head.append(parts[random.nextInt(parts.length)]);
			}
			byte[] stored = ("RQ/1\n" + head + "\n\nx").getBytes(StandardCharsets.UTF_8);
			Map<String, String> fields = HeadPatterns.fields(new String(stored, StandardCharsets.UTF_8));
			StoredMessage message = StoredMessage.read(stored, () -> "none");
			assertThat(message.isFramed()).as("%s", head).isEqualTo(fields != null);
			if (fields != null) {
				framed++;
				fields.forEach((name, value) -> assertThat(message.field(name)).as("%s", head).isEqualTo(value));
				assertThat(message.id()).isEqualTo(fields.getOrDefault("id", "none"));
			}
		}
		assertThat(framed).isBetween(20_000, 180_000);
	}

}
