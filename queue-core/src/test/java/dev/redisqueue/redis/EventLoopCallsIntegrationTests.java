package dev.redisqueue.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A verb that waits for a reply, called where the application's own commands to Redis
 * end: on a thread that has to bring replies.
 */
class EventLoopCallsIntegrationTests {

	/** Nothing waits for a reply that does not come. */
	private static final Duration AT_ONCE = Duration.ofMillis(1500);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private ClientResources resources;

	private RedisQueue<String> queue;

	@BeforeEach
	void shareThreads() {
		this.resources = this.fixture.clientResources();
		this.queue = this.fixture
			.process(this.fixture.connectionFactory(this.fixture.server().port(), Duration.ofSeconds(60),
					this.resources))
			.create(this.fixture.name(), String.class, QueueOptions.defaults());
	}

	@Test
	void everyVerbFailsAtOnceByNameAndSendsNothing() throws Exception {
		this.queue.put("a");
		this.queue.put("b");
		Delivery<String> delivery = this.queue.take(Duration.ofSeconds(10)).orElseThrow();
		Map<String, Callable<?>> verbs = Map.of("put", () -> {
			this.queue.put("c");
			return null;
		}, "putAll", () -> {
			this.queue.putAll(List.of("c", "d"));
			return null;
		}, "get", this.queue::get, "getNowait", this.queue::getNowait, "take",
				() -> this.queue.take(Duration.ofSeconds(10)), "ack", delivery::ack, "ackAll",
				() -> this.queue.ackAll(List.of(delivery)), "size", this.queue::size, "stats", this.queue::stats);
		// On whichever event loop the application's connection is.
		verbs.forEach((name, verb) -> assertFails(name, inCallback(verb)));
		assertThat(this.queue.size()).isEqualTo(1);
		assertThat(delivery.ack()).as("it can still be settled").isTrue();
		assertThat(this.queue.take(Duration.ofSeconds(10)).orElseThrow().ack()).isTrue();
	}

	@Test
	void theFirstVerbOfAllFailsAtOnceToo() {
		assertFails("put", inCallback(() -> {
			this.queue.put("a");
			return null;
		}));
		this.queue.put("b");
		assertThat(this.queue.size()).isEqualTo(1);
	}

	@Test
	void anotherThreadOfTheApplicationMayWait() throws Exception {
		this.queue.put("first");
		CompletableFuture.runAsync(() -> this.queue.put("a")).get();
		assertThat(this.queue.size()).isEqualTo(2);
	}

	/** In the callback of a command of the application's, once it has ended. */
	private CompletableFuture<Object> inCallback(Callable<?> verb) {
		RedisClient client = RedisClient.create(this.resources,
				RedisURI.create(this.fixture.server().host(), this.fixture.server().port()));
		CompletableFuture<Object> outcome = new CompletableFuture<>();
		// Its reply is not there yet when the callback is set.
		client.connect().async().blpop(0.1, this.fixture.name() + "-none").thenRun(() -> {
			try {
				outcome.complete(verb.call());
			}
			catch (Throwable ex) {
				outcome.completeExceptionally(ex);
			}
		});
		return outcome.whenComplete((value, failure) -> client.shutdownAsync());
	}

	private static void assertFails(String verb, CompletableFuture<?> outcome) {
		assertThat(outcome).as(verb)
			.failsWithin(AT_ONCE.plusSeconds(1))
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessageContainingAll("event loop", "Nothing was sent", "another thread");
	}

}
