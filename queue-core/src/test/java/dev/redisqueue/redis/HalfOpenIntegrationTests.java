package dev.redisqueue.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections over which nothing comes any more, without an end (faults 21, 22 and 24).
 */
@Tag("faults")
@Timeout(300)
class HalfOpenIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(2));

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void everyCallEndsAlthoughNothingComesBackAndGoesOnWhenTheNetworkDoes() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, OPTIONS);
		queue.size();
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> queue.take(SOON));
		await().until(this.fixture::hasBlockedClient);
		proxy.hole();
		MachineClock cutOff = MachineClock.start();
		CompletableFuture<Long> size = Async.call(queue::size);
		assertThat(size).failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(QueueUnavailableException.class)
			.withMessageContaining(queue.name());
		assertThat(cutOff.elapsed()).isLessThan(Duration.ofSeconds(14));
		assertThat(waiting).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(QueueUnavailableException.class);
		assertThat(cutOff.elapsed()).isLessThan(Duration.ofSeconds(25));
		proxy.heal();
		this.fixture.push("x");
		MachineClock healed = MachineClock.start();
		assertThat(queue.get(SOON)).contains("x");
		assertThat(healed.elapsed()).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void aWaitThatIsCutOffGoesOnSoonAfterTheNetworkDoes() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		// Gives a reply up after a second, and its connection with it: both happens in
		// the
		// hole, and long before the call as a whole is given up.
		RedisQueue<String> queue = this.fixture.process(proxy.port(), Duration.ofSeconds(1))
			.create(this.fixture.name(), String.class, OPTIONS);
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> queue.take(SOON));
		await().until(this.fixture::hasBlockedClient);
		proxy.hole();
		RedisQueue<String> other = this.fixture.queue(OPTIONS);
		assertThat(other.take(Duration.ofSeconds(5))).isEmpty();
		proxy.reset();
		proxy.heal();
		MachineClock healed = MachineClock.start();
		this.fixture.push("x");
		assertThat(waiting.get(60, TimeUnit.SECONDS).map(Delivery::payload)).contains("x");
		assertThat(healed.elapsed()).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void whatACutOffProcessHoldsGoesElsewhereAndItIsFenced() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> cutOff = this.fixture.queue(proxy, OPTIONS);
		// Not itself in danger of losing what it takes.
		RedisQueue<String> other = this.fixture.queue();
		cutOff.put("x");
		Delivery<String> lost = cutOff.take(SOON).orElseThrow();
		CompletableFuture<Void> told = new CompletableFuture<>();
		lost.onLeaseLost(() -> told.complete(null));
		proxy.hole();
		Delivery<String> again = other.take(SOON).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		MachineClock taken = MachineClock.start();
		assertThat(told).as("told by its own clock").succeedsWithin(SOON);
		assertThat(taken.elapsed()).isLessThan(Duration.ofSeconds(2));
		proxy.heal();
		assertThat(lost.ack()).isFalse();
		assertThat(again.ack()).isTrue();
	}

	@Test
	void theWaitOfADeadClientStrandsNothing() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueueFactory ghost = this.fixture.process(proxy.port());
		RedisQueue<String> dead = ghost.create(this.fixture.name(), String.class);
		// Ready to wait, since the ghost is one for four seconds only: so long is its
		// wait.
		RedisQueue<String> queue = this.fixture.queue();
		assertThat(queue.take(Duration.ZERO)).isEmpty();
		CompletableFuture<Optional<String>> waiting = Async.call(() -> dead.get(Duration.ofSeconds(30)));
		await().until(this.fixture::hasBlockedClient);
		proxy.hole();
		Async.call(() -> {
			ghost.close();
			return true;
		});
		CompletableFuture<Optional<Delivery<String>>> taken = Async.call(() -> queue.take(SOON));
		await().until(() -> this.fixture.blockedClients() == 2);
		this.fixture.push("x");
		MachineClock pushed = MachineClock.start();
		assertThat(taken.get(60, TimeUnit.SECONDS).map(Delivery::payload)).contains("x");
		assertThat(pushed.elapsed()).isLessThan(Duration.ofSeconds(6));
		proxy.heal();
		waiting.exceptionally((ex) -> Optional.empty()).get(60, TimeUnit.SECONDS);
	}

	@Test
	void afterAnOutageNobodyIsRecoveredBeforeHeHadTimeToRenew() throws Exception {
		FaultProxy before = this.fixture.proxy();
		FaultProxy beforeOther = this.fixture.proxy();
		// The time to renew is half of it, and the machine may stand still in between.
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(10));
		RedisQueue<String> queue = this.fixture.queue(before, options);
		RedisQueue<String> other = this.fixture.queue(beforeOther, options);
		queue.put("x");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> takeWhateverTheOutage(other));
		await().until(this.fixture::hasBlockedClient);
		before.hole();
		beforeOther.hole();
		await().until(() -> this.fixture.liveConsumers() == 0);
		beforeOther.heal();
		assertThat(waiting).as("the other one is back first").failsWithin(Duration.ofMillis(500));
		before.heal();
		assertThat(delivery.ack()).isTrue();
		assertThat(waiting).isNotDone();
		this.fixture.push("y");
		assertThat(waiting.get(60, TimeUnit.SECONDS).orElseThrow().ack()).isTrue();
	}

	private static Optional<Delivery<String>> takeWhateverTheOutage(RedisQueue<String> queue)
			throws InterruptedException {
		while (true) {
			try {
				return queue.take(SOON);
			}
			catch (QueueUnavailableException ex) {
				// It lasted longer than a call.
			}
		}
	}

	@Test
	void slowRepliesCostNoLease() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(5));
		RedisQueue<String> slow = this.fixture.queue(proxy, options);
		RedisQueue<String> other = this.fixture.queue(options);
		slow.putAll(List.of("a", "b"));
		List<Delivery<String>> held = slow.take(2, SOON);
		// Slow, but not so slow that nobody could connect: that takes several replies.
		proxy.delayReplies(Duration.ofMillis(600));
		assertThat(other.take(Duration.ofSeconds(8))).isEmpty();
		assertThat(slow.ackAll(held)).isEqualTo(2);
		proxy.delayReplies(Duration.ZERO);
	}

}
