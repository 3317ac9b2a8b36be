package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application sets for its client and the queues inherit.
 */
class ClientLimitsIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void aCommandTimeoutOfZeroIsNone() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.process(proxy.port(), Duration.ZERO)
			.create(this.fixture.name(), String.class);
		queue.put("a");
		proxy.delayReplies(Duration.ofMillis(50));
		for (int i = 0; i < 10; i++) {
			queue.put("b");
		}
		proxy.heal();
		assertThat(queue.size()).isEqualTo(11);
	}

	/** Lettuce refuses, by two texts, what it has not written then. */
	@Test
	void aShortRequestQueueMakesNoOutcomeUnknown() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		LettuceConnectionFactory connections = new LettuceConnectionFactory(
				LettuceConnectionFactory
					.createRedisConfiguration(RedisURI.create(this.fixture.server().host(), proxy.port())),
				LettuceClientConfiguration.builder()
					.clientOptions(ClientOptions.builder().requestQueueSize(3).build())
					.build());
		connections.afterPropertiesSet();
		connections.start();
		try {
			// Not combined, so that each is a command of its own.
			RedisQueue<String> queue = this.fixture.process(connections)
				.create(this.fixture.name(), String.class, QueueOptions.defaults().withMaxSize(1_000_000));
			queue.put("a");
			proxy.delayReplies(Duration.ofMillis(5));
			ExecutorService threads = Executors.newFixedThreadPool(16);
			try {
				List<Future<?>> puts = new ArrayList<>();
				for (int i = 0; i < 320; i++) {
					puts.add(threads.submit(() -> queue.put("b")));
				}
				for (Future<?> put : puts) {
					put.get();
				}
			}
			finally {
				threads.shutdown();
			}
			proxy.heal();
			assertThat(queue.size()).isEqualTo(321);
			List<Delivery<String>> taken = queue.take(1000, SOON);
			assertThat(queue.ackAll(taken)).isEqualTo(taken.size());
		}
		finally {
			connections.destroy();
		}
	}

}
