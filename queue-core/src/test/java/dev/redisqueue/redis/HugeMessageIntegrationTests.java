package dev.redisqueue.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.lease.ConsumerProcess;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import io.lettuce.core.ScriptOutputType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Messages larger than anybody wants them (faults 38 and 39). */
@Timeout(300)
class HugeMessageIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final int MIB = 1024 * 1024;

	private static final int HUGE = Scale.of(50, 100) * MIB;

	/** Too small for it. */
	private static final List<String> SMALL_HEAP = List.of("-Xmx" + Scale.of(32, 64) + "m");

	/** A script that copies a huge message takes long, and may not take too long. */
	private static final String TIME_OF_REDIS = "time of Redis";

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void aPayloadOneByteOverTheLimitIsRefusedBeforeAnythingIsSent() throws Exception {
		QueueOptions options = QueueOptions.defaults().withMaxPutBytes(1000);
		RedisQueue<String> nowhere = this.fixture.process(portOfNobody())
			.create(this.fixture.name(), String.class, options);
		for (PutOptions put : List.of(PutOptions.create(), PutOptions.create().delay(SOON),
				PutOptions.create().unique("k", SOON))) {
			assertThatThrownBy(() -> nowhere.put("x".repeat(1001), put)).isInstanceOf(PutRefusedException.class)
				.hasMessageContainingAll(nowhere.name(), "1001", "limit is 1000", "stored", "max-put-size");
		}
		RedisQueue<String> queue = this.fixture.queue(options);
		assertThatThrownBy(() -> queue.putAll(List.of("a", "ä".repeat(501)))).isInstanceOf(PutRefusedException.class)
			.hasMessageContainingAll(queue.name(), "1002");
		assertThat(queue.isEmpty()).isTrue();
		queue.put("x".repeat(1000));
		assertThat(queue.get(SOON)).hasValueSatisfying((payload) -> assertThat(payload).hasSize(1000));
	}

	@Test
	void aMessageOverTheLimitBecomesADeadLetterThatCanBeRedriven() throws Exception {
		RedisQueue<String> queue = this.fixture
			.queue(QueueOptions.defaults().withMaxPutBytes(1000).withMaxReceivedBytes(1000));
		String tooLarge = "x".repeat(1001);
		this.fixture.push(tooLarge, "get", tooLarge, "take", "y".repeat(1000));
		assertThatThrownBy(queue::peek).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContainingAll(queue.name(), "1001", "max-received-size");
		assertThat(queue.getNowait()).contains("get");
		assertThat(queue.take(SOON).map(Delivery::payload)).contains("take");
		assertThat(queue.get(SOON)).contains("y".repeat(1000));
		List<DeadLetter<String>> letters = queue.deadLetters().list(0, 10);
		assertThat(letters).hasSize(2).allSatisfy((letter) -> {
			assertThat(letter.reason()).contains("1001 bytes", "max-received-size");
			assertThat(letter.size()).isEqualTo(1001);
		});
		assertThat(queue.deadLetters().redrive(10)).isEqualTo(2);
		assertThat(this.fixture.redis().lrange(this.fixture.list(), 0, -1)).extracting(QueueFixture::text)
			.containsExactly(tooLarge, tooLarge);
	}

	@ParameterizedTest
	@ValueSource(strings = { "get", "handle" })
	@ResourceLock(TIME_OF_REDIS)
	void aMessageLargerThanTheHeapPassesThroughTheJvm(String verb) throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		pushWithAHugeOne();
		ChildJvm child = this.fixture.child(ConsumerProcess.class, SMALL_HEAP, this.fixture.server().port(),
				this.fixture.name(), 30_000, 10, verb, verb.equals("get") ? 2 : 10);
		child.await(verb.equals("get") ? "got b" : "handled b", Duration.ofSeconds(120));
		assertThat(queue.deadLetters().list(0, 10)).singleElement().satisfies((DeadLetter<String> letter) -> {
			assertThat(letter.reason()).contains("too large");
			assertThat(letter.size()).isEqualTo(HUGE);
			assertThatThrownBy(letter::payload).isInstanceOf(UndecodablePayloadException.class)
				.hasMessageContaining(queue.name());
		});
		assertThat(queue.deadLetters().purge()).isEqualTo(1);
	}

	@Test
	@ResourceLock(TIME_OF_REDIS)
	void hugeMessagesOfADeadProcessAreRecoveredByOneThatCannotHoldThem() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		pushWithAHugeOne();
		byte[] taken = this.fixture.side("taken:dead");
		this.fixture.redis()
			.eval("for i = 1, 3 do redis.call('HSET', KEYS[2], i, redis.call('LPOP', KEYS[1])) end "
					+ "redis.call('HSET', KEYS[2], '#', 3) return redis.call('ZADD', KEYS[3], 1, 'dead')",
					ScriptOutputType.INTEGER, this.fixture.list(), taken, this.fixture.side("consumers"));
		ChildJvm child = this.fixture.child(ConsumerProcess.class, SMALL_HEAP, this.fixture.server().port(),
				this.fixture.name(), 30_000, 10, "handle", 10);
		child.await("handled b", Duration.ofSeconds(120));
		assertThat(child.lines()).filteredOn((line) -> line.startsWith("handled"))
			.containsExactly("handled a 2 true", "handled b 2 true");
		await().until(() -> queue.deadLetters().size() == 1);
		assertThat(queue.deadLetters().purge()).isEqualTo(1);
	}

	/**
	 * Made by the server in one piece: it would need seconds to put one together in Lua.
	 */
	private void pushWithAHugeOne() {
		byte[] huge = QueueFixture.bytes("huge");
		this.fixture.redis().setrange(huge, HUGE - 1, QueueFixture.bytes("x"));
		this.fixture.redis()
			.eval("return redis.call('RPUSH', KEYS[1], 'a', redis.call('GET', KEYS[2]), 'b')", ScriptOutputType.INTEGER,
					this.fixture.list(), huge);
		this.fixture.redis().del(huge);
	}

	@ParameterizedTest
	@ValueSource(ints = { 2 * MIB, MIB + 1, MIB, MIB - 10 })
	void aMessageThatTheServerDoesNotTakeIsRefusedWithTheReason(int size) throws Exception {
		this.fixture.redis().configSet("proto-max-bulk-len", "1mb");
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxPutBytes(2 * MIB));
		queue.put("before");
		String payload = "x".repeat(size);
		for (PutOptions options : List.of(PutOptions.create(), PutOptions.create().delay(SOON),
				PutOptions.create().unique("k", SOON))) {
			assertThatThrownBy(() -> queue.put(payload, options)).isInstanceOf(PutRefusedException.class)
				.hasMessageContainingAll(queue.name(), "was not stored", "proto-max-bulk-len", "max-put-size");
		}
		assertThatThrownBy(() -> queue.putAll(List.of(payload, payload))).isInstanceOf(PutRefusedException.class);
		assertThat(queue.size()).as("is asked until the connection is there again").isEqualTo(1);
		queue.put("after");
		assertThat(queue.get(SOON)).contains("before");
		assertThat(queue.get(SOON)).contains("after");
		assertThat(queue.isEmpty()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 2 * MIB, MIB + 1, MIB, MIB - 10 })
	void soItIsWhereTheServerHangsUpBeforeItsComplaintIsRead(int size) throws Exception {
		this.fixture.redis().configSet("proto-max-bulk-len", "1mb");
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults().withMaxPutBytes(2 * MIB));
		String payload = "x".repeat(size);
		proxy.trap(Fault.LOSE_REPLY, "RPUSH");
		assertThatThrownBy(() -> queue.put(payload)).isInstanceOf(PutRefusedException.class)
			.hasMessageContainingAll(queue.name(), "was not stored", "proto-max-bulk-len", "max-put-size");
		proxy.trap(Fault.LOSE_REPLY, "RPUSH");
		assertThatThrownBy(() -> queue.put("x".repeat(MIB - 1000))).as("small enough")
			.isInstanceOf(PutOutcomeUnknownException.class);
		assertThat(queue.size()).as("is asked until the connection is there again").isEqualTo(1);
		assertThat(queue.clear()).isEqualTo(1);
	}

	@Test
	void aHugeMessageOfALaterRoundTripDoesNotHideThatTheOutcomeOfAnEarlierOneIsUnknown() {
		this.fixture.redis().configSet("proto-max-bulk-len", "1mb");
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults().withMaxPutBytes(2 * MIB));
		List<String> payloads = new ArrayList<>(Collections.nCopies(1000, "x"));
		payloads.add("x".repeat(2 * MIB));
		proxy.trap(Fault.LOSE_REPLY, "RPUSH");
		assertThatThrownBy(() -> queue.putAll(payloads)).isInstanceOf(PutOutcomeUnknownException.class);
		assertThat(queue.size()).as("is asked until the connection is there again").isEqualTo(1000);
		assertThat(queue.clear()).isEqualTo(1000);
		assertThatThrownBy(() -> queue.putAll(payloads)).isInstanceOf(PutRefusedException.class)
			.hasMessageContaining("1000 messages of the same call were stored before");
		assertThat(queue.size()).as("is asked until the connection is there again").isEqualTo(1000);
		assertThat(queue.clear()).isEqualTo(1000);
	}

	private static int portOfNobody() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
