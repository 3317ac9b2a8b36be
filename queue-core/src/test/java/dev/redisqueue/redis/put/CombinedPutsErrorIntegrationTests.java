package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class CombinedPutsErrorIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	/** What fails between two steps, as for want of memory, must not keep its turn. */
	@Test
	void whatCannotBePutTogetherHoldsUpNobody() {
		QueueSpec spec = new QueueSpec(this.fixture.name(), QueueOptions.defaults());
		try (RedisLink link = new RedisLink(
				this.fixture.connectionFactory(this.fixture.server().port(), Duration.ofSeconds(10)), null)) {
			link.connect();
			CombinedPuts puts = new CombinedPuts(link,
					new QueueStore(link, new Keys("queue", this.fixture.name()), spec, 1_000_000));
			puts.put(QueueFixture.bytes("a"));
			// It has no length, which is found out between two steps.
			Async.call(() -> {
				puts.put(null);
				return null;
			}).handle((stored, failure) -> failure).join();
			long before = this.fixture.redis().llen(this.fixture.list());
			// A turn that is kept costs each of them two seconds.
			CompletableFuture<Object> later = Async.call(() -> {
				for (int i = 0; i < 10; i++) {
					puts.put(QueueFixture.bytes("b"));
				}
				return null;
			});
			assertThat(later).succeedsWithin(Duration.ofSeconds(10));
			assertThat(this.fixture.redis().llen(this.fixture.list())).isEqualTo(before + 10);
		}
	}

}
