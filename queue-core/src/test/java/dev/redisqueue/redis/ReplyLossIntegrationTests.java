package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.GetOutcomeUnknownException;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.store.Script;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import io.lettuce.core.resource.ClientResources;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The reply of every verb is cut, a thousand times in full, on forty connections: Redis
 * carries the command out, and the connection goes instead of the answer (faults 17, 18
 * and 19).
 */
@Tag("faults")
@Timeout(300)
class ReplyLossIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final int CUTS = Scale.of(200, 1000);

	private static final int CLIENTS = 40;

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofMinutes(10));

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	/** Netty complains where there are as many timers as clients. */
	private final ClientResources shared = this.fixture.clientResources();

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void aTakeWhoseReplyWasCutBringsItsMessageOnce(Fault fault) throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.queue.put(cut);
			client.cut(fault, Script.TAKE);
			assertThat(client.take(cut, 1).ack()).isTrue();
		});
	}

	@Test
	void anAckWhoseReplyWasCutIsTrueAndTheMessageGone() throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.queue.put(cut);
			Delivery<String> delivery = client.take(cut, 1);
			client.cut(Fault.LOSE_REPLY, Script.ACK);
			assertThat(delivery.ack()).isTrue();
			assertThat(delivery.ack()).as("again").isTrue();
		});
	}

	@Test
	void anAckOfManyWhoseReplyWasCutCountsThemAll() throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.queue.putAll(List.of("a", "b", "c"));
			List<Delivery<String>> deliveries = client.queue.take(3, SOON);
			client.cut(Fault.LOSE_REPLY, Script.ACK);
			assertThat(client.queue.ackAll(deliveries)).isEqualTo(3);
		});
	}

	@ParameterizedTest
	@EnumSource(MessageFormat.class)
	void aReleaseWhoseReplyWasCutGivesTheMessageBackOnce(MessageFormat format) throws Exception {
		inEachClient(OPTIONS.withFormat(format), (client, cut) -> {
			client.queue.put(cut);
			Delivery<String> delivery = client.take(cut, 1);
			client.cut(Fault.LOSE_REPLY, Script.RELEASE);
			assertThat(delivery.release()).isTrue();
			assertThat(client.take(cut, 1).ack()).isTrue();
		});
	}

	@ParameterizedTest
	@EnumSource(MessageFormat.class)
	void aRetryWhoseReplyWasCutIsDoneOnce(MessageFormat format) throws Exception {
		inEachClient(OPTIONS.withFormat(format), (client, cut) -> {
			client.queue.put(cut);
			Delivery<String> delivery = client.take(cut, 1);
			client.cut(Fault.LOSE_REPLY, Script.RETRY);
			assertThat(delivery.retry(Duration.ZERO)).isTrue();
			assertThat(client.take(cut, 2).ack()).isTrue();
		});
	}

	@Test
	void aBuryWhoseReplyWasCutMakesOneLetter() throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.queue.put(cut);
			Delivery<String> delivery = client.take(cut, 1);
			client.cut(Fault.LOSE_REPLY, Script.BURY);
			assertThat(delivery.bury("because")).isTrue();
			assertThat(client.queue.deadLetters().list(0, 10)).extracting(DeadLetter::payload).containsExactly(cut);
			assertThat(client.queue.deadLetters().purge()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void row17aCutPutSaysSoAndTheMessageIsThereOnceOrNotAtAll(Fault fault) throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.proxy.trap(fault, "RPUSH");
			assertThatThrownBy(() -> client.queue.put(cut)).isInstanceOf(PutOutcomeUnknownException.class)
				.hasMessageContaining(client.queue.name())
				.hasMessageContaining("once or not at all");
			assertThat(client.queue.size()).isEqualTo((fault == Fault.LOSE_REPLY) ? 1 : 0);
			assertThat(client.queue.clear()).isLessThanOrEqualTo(1);
		});
	}

	@Test
	void row17aCutUniquePutIsRepeatedAndTrue() throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.cut(Fault.LOSE_REPLY, Script.PUT_UNIQUE);
			assertThat(client.queue.put(cut, PutOptions.create().unique(cut, Duration.ofMinutes(1)))).isTrue();
			assertThat(client.queue.clear()).isEqualTo(1);
		});
	}

	@Test
	void aCutDelayedPutSaysSoAndIsThereOnce() throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.cut(Fault.LOSE_REPLY, Script.PUT_DELAYED);
			PutOptions later = PutOptions.create().delay(Duration.ofHours(1));
			assertThat(catchThrowable(() -> client.queue.put(cut, later)))
				.isInstanceOf(PutOutcomeUnknownException.class);
			client.awaitConnection();
			assertThat(client.queue.clear()).isEqualTo(1);
		});
	}

	@Test
	void aCutGetLosesItsOwnMessageAtMostAndSaysSo() throws Exception {
		inEachClient(OPTIONS, (client, cut) -> {
			client.queue.putAll(List.of("cut", cut));
			client.cut(Fault.LOSE_REPLY, Script.GET);
			assertThatThrownBy(client.queue::getNowait).isInstanceOf(GetOutcomeUnknownException.class)
				.hasMessageContaining(client.queue.name())
				.hasMessageContaining("use take");
			client.awaitConnection();
			assertThat(client.queue.getNowait()).contains(cut);
			assertThat(client.queue.getNowait()).isEmpty();
		});
	}

	/** Repeats a round that cuts one reply, and looks afterwards for what was left. */
	private void inEachClient(QueueOptions options, Round round) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
		List<Future<?>> clients = new ArrayList<>();
		IntStream.range(0, CLIENTS)
			.forEach((i) -> clients.add(threads.submit(() -> run(new Client("-" + i, options), round))));
		for (Future<?> client : clients) {
			client.get();
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
	}

	private Void run(Client client, Round round) throws Exception {
		warmUp(client.queue);
		for (int cut = 1; cut <= CUTS / CLIENTS; cut++) {
			round.run(client, "message " + cut);
			assertThat(client.proxy.sprung()).as("cut replies").isEqualTo(cut);
			assertThat(client.queue.size()).isZero();
			assertThat(this.fixture.keysOf(client.queue.name())).as("nothing is left but what belongs to no message")
				.noneMatch((key) -> key.contains(":delayed") || key.contains(":letters"));
		}
		assertThat(client.queue.stats().taken()).isZero();
		this.fixture.checkInvariants(client.queue.name());
		return null;
	}

	/** Redis knows the scripts of this server, so that each goes as its digest. */
	private static void warmUp(RedisQueue<String> queue) throws InterruptedException {
		PutOptions unique = PutOptions.create().unique("warm-up", Duration.ofMillis(1));
		queue.put("a", unique);
		queue.getNowait();
		queue.put("a", PutOptions.create().delay(Duration.ofHours(1)));
		queue.clear();
		queue.putAll(List.of("a", "b", "c"));
		queue.take(SOON).orElseThrow().release();
		queue.take(SOON).orElseThrow().retry(Duration.ofHours(1));
		queue.take(SOON).orElseThrow().bury("x");
		queue.take(SOON).orElseThrow().ack();
		queue.deadLetters().purge();
		queue.clear();
	}

	@FunctionalInterface
	private interface Round {

		void run(Client client, String cut) throws Exception;

	}

	/** A process with a connection of its own to cut. */
	private final class Client {

		private final FaultProxy proxy = ReplyLossIntegrationTests.this.fixture.proxy();

		private final RedisQueue<String> queue;

		Client(String suffix, QueueOptions options) {
			QueueFixture fixture = ReplyLossIntegrationTests.this.fixture;
			this.queue = fixture
				.process(fixture.connectionFactory(this.proxy.port(), SOON, ReplyLossIntegrationTests.this.shared))
				.create(fixture.name() + suffix, String.class, options);
		}

		void cut(Fault fault, Script script) {
			this.proxy.trap(fault, script.digest());
		}

		/**
		 * What comes right behind a cut may fail as well, on the same connection; what is
		 * not repeated has to wait until another one is there.
		 */
		void awaitConnection() {
			this.queue.size();
		}

		Delivery<String> take(String payload, int attempt) throws InterruptedException {
			Delivery<String> delivery = this.queue.take(SOON).orElseThrow();
			assertThat(delivery.payload()).isEqualTo(payload);
			assertThat(delivery.attempt()).isEqualTo(attempt);
			return delivery;
		}

	}

}
