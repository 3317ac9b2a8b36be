package dev.redisqueue.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.UndecodablePayloadException;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.lease.Recoverer;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.take.DefaultDelivery;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(300)
class RedisQueueIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void getsWhatWasPutInOrder() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("a");
		queue.putAll(List.of("b", "c"));
		assertThat(queue.size()).isEqualTo(3);
		assertThat(queue.peek()).contains("a");
		assertThat(queue.get()).isEqualTo("a");
		assertThat(queue.get(Duration.ZERO)).contains("b");
		assertThat(queue.getNowait()).contains("c");
		assertThat(queue.getNowait()).isEmpty();
		assertThat(queue.peek()).isEmpty();
		assertThat(queue.isEmpty()).isTrue();
	}

	@Test
	void framesHaveAReadableHeadAndRawMessagesNone() {
		this.fixture.queue().put("hello", PutOptions.create().header("tenant", "a:b\nc"));
		assertThat(QueueFixture.text(this.fixture.redis().lpop(this.fixture.list())))
			.matches("RQ/1\nid:[^\n]+\nput-at:\\d{13}\ntenant:a\\\\cb\\\\nc\n\nhello");
		this.fixture.raw().put("hello");
		assertThat(QueueFixture.text(this.fixture.redis().lpop(this.fixture.list()))).isEqualTo("hello");
	}

	@Test
	void readsWhatPlainClientsPushedWhateverTheFormat() throws Exception {
		this.fixture.push("one", "two");
		assertThat(this.fixture.queue().getNowait()).contains("one");
		Delivery<String> delivery = this.fixture.raw().take(SOON).orElseThrow();
		assertThat(delivery.payload()).isEqualTo("two");
		assertThat(delivery.attempt()).isEqualTo(1);
		assertThat(delivery.putAt()).isEmpty();
		assertThat(delivery.headers()).isEmpty();
		assertThat(delivery.ack()).isTrue();
	}

	@Test
	void aWaitingGetIsWokenByAPush() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		CompletableFuture<Optional<String>> got = Async.call(() -> queue.get(SOON));
		await().until(this.fixture::hasBlockedClient);
		MachineClock pushed = MachineClock.start();
		this.fixture.push("x");
		assertThat(got.get(60, TimeUnit.SECONDS)).contains("x");
		assertThat(pushed.elapsed()).as("sooner than the wait ends by itself").isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void manyWaitersEachGetOne() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		List<CompletableFuture<Optional<String>>> waiters = IntStream.range(0, 20)
			.mapToObj((i) -> Async.call(() -> queue.get(SOON)))
			.toList();
		await().until(this.fixture::hasBlockedClient);
		queue.putAll(IntStream.range(0, 20).mapToObj(String::valueOf).toList());
		for (CompletableFuture<Optional<String>> waiter : waiters) {
			assertThat(waiter.get(60, TimeUnit.SECONDS)).isPresent();
		}
		assertThat(queue.isEmpty()).isTrue();
	}

	@Test
	void aTimeoutPassesAndAnAbandonedWaitLosesNothing() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		long start = System.nanoTime();
		MachineClock clock = MachineClock.start();
		assertThat(queue.get(Duration.ofMillis(30))).isEmpty();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
		assertThat(clock.elapsed()).isLessThan(Duration.ofSeconds(2));
		this.fixture.push("x");
		await().untilAsserted(() -> assertThat(queue.size()).isEqualTo(1));
		assertThat(queue.getNowait()).contains("x");
	}

	@Test
	void anInterruptedWaitLosesNothing() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CompletableFuture<Optional<String>> got = Async.call(() -> {
			thread.complete(Thread.currentThread());
			return queue.get(SOON);
		});
		await().until(this.fixture::hasBlockedClient);
		thread.get().interrupt();
		assertThat(got).failsWithin(SOON).withThrowableThat().withRootCauseInstanceOf(InterruptedException.class);
		this.fixture.push("x");
		assertThat(queue.get(SOON)).contains("x");
	}

	@Test
	void aNegativeTimeoutIsAnArgumentError() {
		RedisQueue<String> queue = this.fixture.queue();
		assertThatIllegalArgumentException().isThrownBy(() -> queue.get(Duration.ofMillis(-1)))
			.withMessageContaining("negative");
		assertThatIllegalArgumentException().isThrownBy(() -> queue.take(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> queue.take(0, SOON));
		assertThatIllegalArgumentException().isThrownBy(() -> queue.take(1001, SOON));
	}

	@Test
	@SuppressWarnings("NullAway")
	void aNullPayloadIsAnArgumentError() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.fixture.queue().put(null));
	}

	@Test
	void whatNobodyHasInHandGoesBackButNeverAsAFrameIntoARawList() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class,
				QueueOptions.defaults().withFormat(MessageFormat.RAW));
		this.fixture.push("a", "b");
		queue.take(SOON).orElseThrow().retry(Duration.ZERO);
		List<Delivery<String>> held = queue.take(2, SOON);
		while (held.size() < 2) {
			held = java.util.stream.Stream.concat(held.stream(), queue.take(1, SOON).stream()).toList();
		}
		Loan any = ((DefaultDelivery<String>) held.get(0)).loan();
		try (RedisLink link = new RedisLink(this.fixture.connectionFactory(this.fixture.server().port(), SOON), null)) {
			LeaseStore leases = new LeaseStore(link, new Keys("queue", this.fixture.name()), Duration.ofSeconds(30),
					1000);
			QueueSpec raw = new QueueSpec(this.fixture.name(), QueueOptions.defaults().withFormat(MessageFormat.RAW));
			new Recoverer(raw, leases, new HandOutRule(raw, link)).giveBack(any.incarnation().id(),
					held.stream().map((one) -> ((DefaultDelivery<?>) one).loan().tag()).toList());
		}
		assertThat(this.fixture.redis().lrange(this.fixture.list(), 0, -1)).extracting(QueueFixture::text)
			.containsExactly("b");
		assertThat(queue.stats().delayed()).isEqualTo(1);
	}

	@Test
	void deadLettersArePagedDeletedAndPurged() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(IntStream.range(0, 5).mapToObj(String::valueOf).toList());
		for (Delivery<String> delivery : queue.take(5, SOON)) {
			assertThat(delivery.bury("reason " + delivery.payload())).isTrue();
		}
		List<DeadLetter<String>> page = queue.deadLetters().list(1, 2);
		assertThat(page).hasSize(2);
		assertThat(queue.deadLetters().delete(page.get(0).id())).isTrue();
		assertThat(queue.deadLetters().delete(page.get(0).id())).isFalse();
		assertThat(queue.deadLetters().redrive(page.get(1).id())).isTrue();
		assertThat(queue.deadLetters().redrive(page.get(1).id())).isFalse();
		assertThat(queue.deadLetters().purge()).isEqualTo(3);
		assertThat(queue.deadLetters().size()).isZero();
		assertThat(queue.size()).isEqualTo(1);
	}

	@Test
	void equalIdsAreNeverOverwrittenAmongTheDead() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		for (String payload : List.of("a", "b", "c")) {
			queue.put(payload, PutOptions.create().id("same"));
			queue.take(SOON).orElseThrow().bury("x");
		}
		assertThat(queue.deadLetters().list(0, 10)).extracting(DeadLetter::payload)
			.containsExactlyInAnyOrder("a", "b", "c");
	}

	@Test
	void aDelayedMessageIsNeverEarlyAndSoonOnTime() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("in an hour", PutOptions.create().delay(Duration.ofHours(1)));
		queue.put("in an hour", PutOptions.create().at(Instant.now().plusSeconds(3600)));
		assertThat(queue.getNowait()).isEmpty();
		assertThat(queue.stats().delayed()).isEqualTo(2);
		long start = System.nanoTime();
		queue.put("later", PutOptions.create().delay(Duration.ofMillis(300)));
		queue.put("at", PutOptions.create().at(Instant.now().plusMillis(600)));
		assertThat(queue.get(SOON)).contains("later");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		Delivery<String> second = queue.take(SOON).orElseThrow();
		assertThat(second.payload()).isEqualTo("at");
		second.ack();
	}

	@Test
	void aDelayedRawMessageIsReadByPlainClients() throws Exception {
		RedisQueue<String> queue = this.fixture.raw();
		queue.put("x", PutOptions.create().delay(Duration.ofMillis(50)));
		await().untilAsserted(() -> assertThat(this.fixture.redis().llen(this.fixture.list())).isEqualTo(1));
		assertThat(QueueFixture.text(this.fixture.redis().lpop(this.fixture.list()))).isEqualTo("x");
	}

	@Test
	void aUniquePutIsRefusedWithinTheWindowAndAcceptedAgainWithItsId() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		PutOptions unique = PutOptions.create().unique("order-42", Duration.ofMinutes(1)).id("m1");
		assertThat(queue.put("a", unique)).isTrue();
		assertThat(queue.put("a", unique)).as("the same put").isTrue();
		assertThat(queue.put("b", unique.id("m2"))).as("another").isFalse();
		assertThat(queue.size()).isEqualTo(1);
		assertThat(queue.get(SOON)).contains("a");
		assertThat(queue.put("b", unique.id("m2"))).as("whatever became of the first").isFalse();
		assertThat(
				queue.put("c", PutOptions.create().unique("other", Duration.ofMinutes(1)).delay(Duration.ofMillis(20))))
			.isTrue();
		assertThat(queue.get(SOON)).contains("c");
	}

	@Test
	void anExpiredMessageIsBuriedAndNeverHandedOut() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		PutOptions brief = PutOptions.create().expireAfter(Duration.ofMillis(20));
		queue.put("a", brief);
		queue.put("b", brief.delay(Duration.ofMillis(100)));
		queue.put("c");
		await().until(() -> queue.size() == 3);
		assertThat(queue.get(SOON)).contains("c");
		queue.put("d");
		assertThat(queue.take(SOON).map(Delivery::payload)).contains("d");
		assertThat(queue.deadLetters().list(0, 10)).extracting(DeadLetter::payload, DeadLetter::reason)
			.containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple("a", "expired"),
					org.assertj.core.groups.Tuple.tuple("b", "expired"));
	}

	@Test
	void optionsThatNeedAHeadAreRefusedByNameOnRawQueues() {
		RedisQueue<String> queue = this.fixture.raw();
		assertThatIllegalArgumentException().isThrownBy(
				() -> queue.put("a", PutOptions.create().header("k", "v").expireAfter(Duration.ofSeconds(1)).id("x")))
			.withMessageContaining("header, expireAfter, id");
		assertThatThrownBy(() -> queue.put("RQ/1\nx")).isInstanceOf(PutRefusedException.class)
			.hasMessageContaining("format=framed");
		assertThat(queue.isEmpty()).isTrue();
	}

	@Test
	void clearRemovesReadyAndDelayedMessagesOnly() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.putAll(List.of("a", "b", "c", "d"));
		Delivery<String> taken = queue.take(SOON).orElseThrow();
		queue.take(SOON).orElseThrow().bury("x");
		queue.put("later", PutOptions.create().delay(Duration.ofHours(1)));
		assertThat(queue.clear()).isEqualTo(3);
		assertThat(queue.stats().delayed()).isZero();
		assertThat(taken.ack()).isTrue();
		assertThat(queue.deadLetters().size()).isEqualTo(1);
	}

	@Test
	void aPauseHoldsTakeInAllProcessesAndNotGet() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueue<String> other = this.fixture.queue();
		queue.pause();
		assertThat(other.isPaused()).isTrue();
		other.putAll(List.of("a", "b"));
		assertThat(other.take(Duration.ofMillis(50))).isEmpty();
		assertThat(other.get(Duration.ofMillis(50))).contains("a");
		CompletableFuture<Optional<Delivery<String>>> taken = Async.call(() -> other.take(SOON));
		queue.resume();
		assertThat(taken.get(60, TimeUnit.SECONDS).map(Delivery::payload)).contains("b");
		assertThat(queue.isPaused()).isFalse();
	}

	@Test
	void anUndecodablePayloadOfAGetBecomesADeadLetter() {
		RedisQueue<String> queue = this.fixture.queue();
		this.fixture.redis().rpush(this.fixture.list(), new byte[] { (byte) 0xff, 0 });
		assertThatThrownBy(queue::peek).isInstanceOf(UndecodablePayloadException.class).hasMessageContaining("stays");
		assertThatThrownBy(queue::getNowait).isInstanceOf(UndecodablePayloadException.class)
			.hasMessageContaining("dead letters");
		assertThat(queue.deadLetters().list(0, 1).get(0).bytes()).containsExactly(0xff, 0);
	}

}
