package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.store.Script;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Processes die while they hold messages, or while they rescue those of others (faults 1,
 * 7, 8, 51 and 52).
 */
@Tag("faults")
@Timeout(300)
class RecoveryIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final Duration BRIEF = Duration.ofMillis(100);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void aHundredDeliveriesOfAKilledProcessAreBackInOrderWithinTwoLeases() throws Exception {
		RedisQueue<String> rescuer = this.fixture.queue(lease(3));
		rescuer.putAll(numbers(100));
		ChildJvm consumer = holder(3000, 100);
		consumer.kill();
		MachineClock killed = MachineClock.start();
		List<Delivery<String>> again = new ArrayList<>();
		while (again.size() < 100) {
			again.addAll(rescuer.take(100, SOON));
		}
		assertThat(killed.elapsed()).isLessThan(Duration.ofSeconds(6));
		assertThat(again).extracting(Delivery::payload).containsExactlyElementsOf(numbers(100));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
		assertThat(rescuer.ackAll(again)).isEqualTo(100);
		assertThat(rescuer.stats().recovered()).isEqualTo(100);
	}

	@Test
	void aStoppedProcessSettlesNothingAfterItsLeaseAndItsHandlersAreTold() throws Exception {
		RedisQueue<String> rescuer = this.fixture.queue(lease(30));
		rescuer.putAll(numbers(100));
		ChildJvm zombie = holder(1000, 100);
		zombie.pause();
		List<Delivery<String>> again = new ArrayList<>();
		while (again.size() < 100) {
			again.addAll(rescuer.take(100, SOON));
		}
		assertThat(rescuer.ackAll(again.subList(0, 50))).isEqualTo(50);
		zombie.resume();
		zombie.say("settle");
		assertThat(zombie.await("settled ", SOON)).isEqualTo("0");
		zombie.await("told all", SOON);
		assertThat(rescuer.ackAll(again.subList(50, 100))).as("owned by the rescuer all the time").isEqualTo(50);
		assertThat(rescuer.stats()).satisfies((stats) -> {
			assertThat(stats.ready() + stats.delayed() + stats.taken() + stats.dead()).as("second copies").isZero();
			assertThat(stats.acked()).isEqualTo(100);
		});
	}

	@Test
	void aProcessStoppedForLessThanItsLeaseLosesNothing() throws Exception {
		RedisQueue<String> rescuer = this.fixture.queue(lease(3));
		rescuer.putAll(numbers(8));
		ChildJvm consumer = holder(12_000, 8);
		byte[] id = this.fixture.redis().zrange(this.fixture.side("consumers"), 0, 0).get(0);
		long deadline = this.fixture.leaseOf(id);
		await().pollInterval(Duration.ofMillis(20)).until(() -> this.fixture.leaseOf(id) > deadline);
		consumer.pause();
		// Renewed just now, and then not after a third of the lease.
		while (this.fixture.leaseOf(id) - this.fixture.now() > 7500) {
			assertThat(rescuer.take(BRIEF)).isEmpty();
		}
		consumer.resume();
		consumer.say("settle");
		assertThat(consumer.await("settled ", SOON)).isEqualTo("8");
		consumer.say("tell");
		assertThat(consumer.await("told ", SOON)).isEqualTo("0");
	}

	@Test
	void twoRescuersBringEachMessageOnce() throws Exception {
		List<RedisQueue<String>> rescuers = List.of(this.fixture.queue(lease(30)), this.fixture.queue(lease(30)));
		rescuers.get(0).putAll(bigOnes(300));
		ChildJvm consumer = holder(1000, 300);
		rescuers.forEach(RedisQueue::size);
		consumer.kill();
		List<CompletableFuture<List<Delivery<String>>>> both = rescuers.stream().map(this::takeAll).toList();
		List<Delivery<String>> again = new ArrayList<>();
		for (CompletableFuture<List<Delivery<String>>> one : both) {
			again.addAll(one.get(120, TimeUnit.SECONDS));
		}
		assertThat(again).extracting(Delivery::payload).containsExactlyInAnyOrderElementsOf(bigOnes(300));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
		assertThat(rescuers.get(0).stats().recovered()).isEqualTo(300);
	}

	@Test
	void aRescuerThatIsCutOffHalfWayIsResumedByAnother() throws Exception {
		this.fixture.fill(bigOnes(300));
		ChildJvm consumer = holder(10_000, 300);
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> first = this.fixture.queue(proxy, lease(1));
		first.size();
		proxy.trap(Fault.HOLE_AFTER_REPLY, Script.RELEASE.digest());
		consumer.kill();
		this.fixture.expireLeases();
		await().until(() -> proxy.sprung() == 1);
		assertThat(held()).as("half-way").isBetween(1L, 299L);
		RedisQueue<String> second = this.fixture.queue(lease(10));
		await().until(() -> second.size() == 300);
		List<Delivery<String>> again = takeAll(second).get(120, TimeUnit.SECONDS);
		assertThat(again).extracting(Delivery::payload).containsExactlyElementsOf(bigOnes(300));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
		proxy.heal();
		assertThat(second.take(Duration.ofSeconds(2))).as("what the first rescuer read before").isEmpty();
	}

	@Test
	void aRescuerThatIsKilledHalfWayIsResumedByAnother() throws Exception {
		int count = Scale.of(2000, 10_000);
		this.fixture.fill(numbers(count));
		ChildJvm consumer = holder(10_000, count);
		FaultProxy proxy = this.fixture.proxy();
		ChildJvm first = this.fixture.child(ConsumerProcess.class, List.of(), proxy.port(), this.fixture.name(), 1000,
				10, "watch", 0);
		first.await("watching", SOON);
		proxy.trap(Fault.HOLE_AFTER_REPLY, Script.RELEASE.digest());
		consumer.kill();
		this.fixture.expireLeases();
		await().until(() -> proxy.sprung() == 1);
		first.kill();
		assertThat(held()).as("half-way").isBetween(1L, count - 1L);
		RedisQueue<String> second = this.fixture.queue(lease(1));
		await().until(() -> second.size() == count);
		List<Delivery<String>> again = takeAll(second).get(120, TimeUnit.SECONDS);
		assertThat(again).extracting(Delivery::payload).containsExactlyElementsOf(numbers(count));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
	}

	@Test
	void row51tenThousandInFlightComeBackWhenAllConsumersAreKilled() throws Exception {
		int count = 5000;
		RedisQueue<String> rescuer = this.fixture.queue(lease(2));
		rescuer.putAll(numbers(2 * count));
		ChildJvm one = holder(10_000, count);
		ChildJvm other = holder(10_000, count);
		one.kill();
		other.kill();
		this.fixture.expireLeases();
		List<Delivery<String>> again = takeAll(rescuer).get(120, TimeUnit.SECONDS);
		assertThat(again).hasSize(2 * count);
		assertThat(again).extracting(Delivery::payload).containsExactlyInAnyOrderElementsOf(numbers(2 * count));
		assertThat(again).extracting(Delivery::attempt).containsOnly(2);
		assertThat(rescuer.stats().acked()).isEqualTo(2 * count);
	}

	@Test
	void row52whatIsSettledAgainStaysAsItWasSettledFirst() throws Exception {
		RedisQueue<String> one = this.fixture.queue();
		RedisQueue<String> other = this.fixture.queue();
		this.fixture.allowEqualIds();
		PutOptions sameId = PutOptions.create().id("same");
		one.put("a", sameId);
		one.put("b", sameId);
		Delivery<String> first = one.take(SOON).orElseThrow();
		Delivery<String> second = other.take(SOON).orElseThrow();
		assertThat(first.id()).isEqualTo(second.id());
		for (int i = 0; i < 3; i++) {
			assertThat(first.ack()).isTrue();
			assertThat(first.retry() || first.release() || first.releaseInterrupted() || first.bury("x")).isFalse();
		}
		assertThat(one.stats().taken()).as("the other message of that id").isEqualTo(1);
		for (int i = 0; i < 3; i++) {
			assertThat(second.retry(Duration.ZERO)).isTrue();
			assertThat(second.ack() || second.release() || second.releaseInterrupted() || second.bury("x")).isFalse();
		}
		Delivery<String> again = one.take(SOON).orElseThrow();
		assertThat(again.payload()).isEqualTo("b");
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.ack()).isTrue();
		assertThat(one.stats()).satisfies((stats) -> {
			assertThat(stats.acked()).isEqualTo(2);
			assertThat(stats.retried()).isEqualTo(1);
			assertThat(stats.buried() + stats.ready() + stats.delayed() + stats.taken() + stats.dead()).isZero();
		});
	}

	/** Takes and acknowledges until nothing is ready or taken any more. */
	private CompletableFuture<List<Delivery<String>>> takeAll(RedisQueue<String> queue) {
		return Async.call(() -> {
			List<Delivery<String>> all = new ArrayList<>();
			do {
				List<Delivery<String>> some = queue.take(1000, BRIEF);
				assertThat(queue.ackAll(some)).isEqualTo(some.size());
				all.addAll(some);
			}
			while (this.fixture.stored() > 0);
			return all;
		});
	}

	private ChildJvm holder(int lease, int count) throws InterruptedException {
		ChildJvm child = this.fixture.child(ConsumerProcess.class, List.of(), this.fixture.server().port(),
				this.fixture.name(), lease, 10, "hold", count);
		assertThat(child.await("holding ", SOON)).isEqualTo(String.valueOf(count));
		return child;
	}

	/** How many messages the one consumer holds. */
	private long held() {
		return this.fixture.keysOf(this.fixture.name())
			.stream()
			.filter((key) -> key.contains("}:taken:"))
			.mapToLong((key) -> this.fixture.redis().hlen(QueueFixture.bytes(key)) - 1)
			.max()
			.orElse(0);
	}

	private static QueueOptions lease(int seconds) {
		return QueueOptions.defaults().withLease(Duration.ofSeconds(seconds));
	}

	private static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

	/** 10 kB each, so that a recovery takes several steps. */
	private static List<String> bigOnes(int count) {
		return IntStream.range(0, count).mapToObj((i) -> i + "x".repeat(10_000)).toList();
	}

}
