package dev.redisqueue.redis.upkeep;

import java.time.Duration;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class PromotionIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void whoeverWaitsForWhatIsDueMakesReadyOneStepOfIt() {
		for (int i = 0; i < 1_000; i++) {
			this.fixture.redis()
				.zadd(this.fixture.side("delayed"), 1, QueueFixture.bytes("k%015x".formatted(i) + "message " + i));
		}
		QueueSpec spec = new QueueSpec(this.fixture.name(), QueueOptions.defaults());
		try (RedisLink link = new RedisLink(
				this.fixture.connectionFactory(this.fixture.server().port(), Duration.ofSeconds(10)), null)) {
			QueueStore store = new QueueStore(link, new Keys("queue", this.fixture.name()), spec, 1_000_000);
			Workers workers = new Workers();
			// So that the timer does nothing by itself.
			workers.close();
			link.knownClock();
			DueTimer timer = new DueTimer(this.fixture.name(), store, link.clock(), workers, () -> {
			});
			assertThat(timer.promoteSome()).isEqualTo(100);
			assertThat(store.size()).isEqualTo(100);
			assertThat(timer.promoteSome()).isEqualTo(100);
		}
	}

}
