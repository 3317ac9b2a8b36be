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
import dev.redisqueue.testing.FaultProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections over which nothing comes any more, without an end (faults 21, 22 and 24).
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class HalfOpenIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

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
		long start = System.nanoTime();
		CompletableFuture<Long> size = Async.call(queue::size);
		assertThat(size).failsWithin(Duration.ofSeconds(14))
			.withThrowableThat()
			.withCauseInstanceOf(QueueUnavailableException.class)
			.withMessageContaining(queue.name());
		assertThat(waiting).failsWithin(Duration.ofSeconds(14))
			.withThrowableThat()
			.withCauseInstanceOf(QueueUnavailableException.class);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
		proxy.heal();
		this.fixture.push("x");
		long healed = System.nanoTime();
		assertThat(queue.get(SOON)).contains("x");
		assertThat(Duration.ofNanos(System.nanoTime() - healed)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void aWaitThatIsCutOffGoesOnSoonAfterTheNetworkDoes() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, OPTIONS);
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> queue.take(SOON));
		await().until(this.fixture::hasBlockedClient);
		proxy.hole();
		RedisQueue<String> other = this.fixture.queue(OPTIONS);
		assertThat(other.take(Duration.ofSeconds(7))).isEmpty();
		proxy.reset();
		proxy.heal();
		this.fixture.push("x");
		assertThat(waiting.get(5, TimeUnit.SECONDS).map(Delivery::payload)).contains("x");
	}

	@Test
	void whatACutOffProcessHoldsGoesElsewhereAndItIsFenced() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> cutOff = this.fixture.queue(proxy, OPTIONS);
		RedisQueue<String> other = this.fixture.queue(OPTIONS);
		cutOff.put("x");
		Delivery<String> lost = cutOff.take(SOON).orElseThrow();
		CompletableFuture<Void> told = new CompletableFuture<>();
		lost.onLeaseLost(() -> told.complete(null));
		proxy.hole();
		Delivery<String> again = other.take(SOON).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(told).as("told by its own clock").succeedsWithin(Duration.ofSeconds(2));
		proxy.heal();
		assertThat(lost.ack()).isFalse();
		assertThat(again.ack()).isTrue();
	}

	@Test
	void theWaitOfADeadClientStrandsNothing() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueueFactory ghost = this.fixture.process(proxy.port());
		RedisQueue<String> dead = ghost.create(this.fixture.name(), String.class);
		CompletableFuture<Optional<String>> waiting = Async.call(() -> dead.get(Duration.ofSeconds(3)));
		await().until(this.fixture::hasBlockedClient);
		proxy.hole();
		Async.call(() -> {
			ghost.close();
			return true;
		});
		RedisQueue<String> queue = this.fixture.queue();
		CompletableFuture<Optional<Delivery<String>>> taken = Async.call(() -> queue.take(SOON));
		await().until(() -> this.fixture.blockedClients() == 2);
		this.fixture.push("x");
		assertThat(taken.get(6, TimeUnit.SECONDS).map(Delivery::payload)).contains("x");
		proxy.heal();
		waiting.exceptionally((ex) -> Optional.empty()).get(30, TimeUnit.SECONDS);
	}

	@Test
	void afterAnOutageNobodyIsRecoveredBeforeHeHadTimeToRenew() throws Exception {
		FaultProxy before = this.fixture.proxy();
		FaultProxy beforeOther = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(before, OPTIONS);
		RedisQueue<String> other = this.fixture.queue(beforeOther, OPTIONS);
		queue.put("x");
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> other.take(SOON));
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
		assertThat(waiting.get(5, TimeUnit.SECONDS).orElseThrow().ack()).isTrue();
	}

	@Test
	void slowRepliesCostNoLease() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> slow = this.fixture.queue(proxy, OPTIONS.withLease(Duration.ofSeconds(1)));
		RedisQueue<String> other = this.fixture.queue(OPTIONS.withLease(Duration.ofSeconds(1)));
		slow.putAll(List.of("a", "b"));
		List<Delivery<String>> held = slow.take(2, SOON);
		proxy.delayReplies(Duration.ofMillis(200));
		assertThat(other.take(Duration.ofSeconds(5))).isEmpty();
		assertThat(slow.ackAll(held)).isEqualTo(2);
	}

}
