package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.TransactionMode;
import dev.redisqueue.redis.put.Transactions;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application does with its own connections does not reach those of the queues.
 */
class SharedConnectionIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void row60aTemplateInARedisTransactionDoesNotHoldBackTheVerbsOfAQueue() {
		StringRedisTemplate template = template();
		template.setEnableTransactionSupport(true);
		RedisQueue<String> queue = queue(template, TransactionMode.NONE);
		String key = this.fixture.name() + "-own";
		new TransactionTemplate(new Transactions()).executeWithoutResult((status) -> {
			template.opsForValue().set(key, "queued by MULTI");
			queue.put("at once");
			assertThat(queue.size()).isOne();
			assertThat(queue.getNowait()).contains("at once");
			queue.put("to take");
			Delivery<String> delivery = take(queue);
			assertThat(delivery.payload()).isEqualTo("to take");
			assertThat(delivery.ack()).isTrue();
			assertThat(this.fixture.redis().exists(QueueFixture.bytes(key))).as("still queued by MULTI").isZero();
		});
		assertThat(template.opsForValue().getAndDelete(key)).isEqualTo("queued by MULTI");
	}

	@Test
	void row60aPipelineOfATemplateDoesNotHoldBackTheVerbsOfAQueue() {
		StringRedisTemplate template = template();
		RedisQueue<String> queue = queue(template, TransactionMode.AFTER_COMMIT);
		List<Object> replies = template.executePipelined((RedisCallback<Object>) (connection) -> {
			connection.serverCommands().time();
			queue.put("at once");
			assertThat(take(queue).ack()).isTrue();
			return null;
		});
		assertThat(replies).hasSize(1);
		assertThat(queue.stats().acked()).isOne();
	}

	private StringRedisTemplate template() {
		return new StringRedisTemplate(
				this.fixture.connectionFactory(this.fixture.server().port(), Duration.ofSeconds(60)));
	}

	private RedisQueue<String> queue(StringRedisTemplate template, TransactionMode transactions) {
		LettuceConnectionFactory connections = (LettuceConnectionFactory) template.getRequiredConnectionFactory();
		return this.fixture.process(connections)
			.create(this.fixture.name(), String.class, QueueOptions.defaults().withTransactions(transactions));
	}

	private static Delivery<String> take(RedisQueue<String> queue) {
		try {
			return queue.take(SOON).orElseThrow();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
