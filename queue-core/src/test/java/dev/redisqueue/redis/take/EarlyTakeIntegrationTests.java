package dev.redisqueue.redis.take;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.store.Script;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The take that follows an arrival before a thread is awake (faults 18 and 22). */
@Timeout(300)
class EarlyTakeIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void bringsItsMessageOnceWhereItIsCut(Fault fault) throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults());
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> queue.take(SOON));
		await().until(this.fixture::hasBlockedClient);
		proxy.trap(fault, Script.TAKE.digest());
		this.fixture.push("x");
		Delivery<String> delivery = waiting.get(60, TimeUnit.SECONDS).orElseThrow();
		assertThat(proxy.sprung()).isEqualTo(1);
		assertThat(delivery.payload()).isEqualTo("x");
		assertThat(delivery.attempt()).isEqualTo(1);
		assertThat(queue.take(Duration.ZERO)).as("a second copy").isEmpty();
		assertThat(delivery.ack()).isTrue();
	}

	@Test
	void survivesThatItsScriptIsNotThere() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> queue.take(SOON));
		await().until(this.fixture::hasBlockedClient);
		this.fixture.redis().scriptFlush();
		this.fixture.push("x");
		Delivery<String> delivery = waiting.get(60, TimeUnit.SECONDS).orElseThrow();
		assertThat(delivery.attempt()).isEqualTo(1);
		assertThat(delivery.ack()).isTrue();
	}

	@Test
	void anInterruptWhileItIsUnderWayLosesNothing() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults());
		assertThat(queue.take(Duration.ZERO)).isEmpty();
		proxy.trap(Fault.HOLE_AFTER_REPLY, "BLMOVE");
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CompletableFuture<Optional<Delivery<String>>> waiting = Async.call(() -> {
			thread.complete(Thread.currentThread());
			try {
				return queue.take(SOON);
			}
			catch (InterruptedException ex) {
				// Before the arrival was known here: the message is still in the queue.
				return Optional.empty();
			}
		});
		await().until(this.fixture::hasBlockedClient);
		this.fixture.push("x");
		await().until(() -> proxy.sprung() == 1);
		thread.join().interrupt();
		proxy.heal();
		Optional<Delivery<String>> interrupted = waiting.get(60, TimeUnit.SECONDS);
		Delivery<String> delivery = interrupted.isPresent() ? interrupted.get() : queue.take(SOON).orElseThrow();
		assertThat(delivery.payload()).isEqualTo("x");
		assertThat(delivery.attempt()).isEqualTo(1);
		assertThat(queue.take(Duration.ZERO)).isEmpty();
		assertThat(delivery.ack()).isTrue();
	}

}
