package dev.redisqueue.redis.lease;

import java.time.Duration;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class RecovererIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	/** During a change of its limit, some processes receive more than others. */
	@Test
	void whatIsTooLargeForWhoeverRecoversItGoesBack() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("x".repeat(1_500));
		assertThat(queue.take(SOON)).isPresent();
		String dead = QueueFixture.text(this.fixture.redis().zrange(this.fixture.side("consumers"), 0, 0).get(0));
		QueueSpec smaller = new QueueSpec(this.fixture.name(),
				QueueOptions.defaults().withMaxPutBytes(1_000).withMaxReceivedBytes(1_000));
		try (RedisLink link = new RedisLink(this.fixture.connectionFactory(this.fixture.server().port(), SOON), null)) {
			HandOutRule rule = new HandOutRule(smaller, link);
			LeaseStore leases = new LeaseStore(link, new Keys("queue", this.fixture.name()), SOON,
					rule.longestLoaded());
			assertThat(new Recoverer(smaller, leases, rule).recoverOwn(dead)).isTrue();
		}
		assertThat(queue.stats().dead()).isZero();
		Delivery<String> again = queue.take(SOON).orElseThrow();
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.ack()).isTrue();
	}

}
