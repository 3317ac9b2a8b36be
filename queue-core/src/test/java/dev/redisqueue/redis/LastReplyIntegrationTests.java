package dev.redisqueue.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A call that Redis refuses until its time is over has some left for its last reply. Runs
 * alone: a processor that others take for two seconds would lose that reply.
 */
@Isolated
class LastReplyIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void aPutThatIsRefusedToTheEndIsNotUnknownForWantOfTimeForItsLastReply() {
		FaultProxy proxy = this.fixture.proxy();
		// Several, since the time that is left for the last attempt is up to chance.
		List<RedisQueue<String>> queues = IntStream.range(0, 5)
			.mapToObj((i) -> this.fixture.queue(proxy, QueueOptions.defaults()))
			.toList();
		queues.forEach(RedisQueue::size);
		this.fixture.redis().replicaof("127.0.0.1", 1);
		proxy.delayReplies(Duration.ofMillis(250));
		List<CompletableFuture<Object>> puts = queues.stream().map((queue) -> Async.call(() -> {
			queue.put("x");
			return null;
		})).toList();
		assertThat(puts).allSatisfy((put) -> assertThat(Async.failure(put)).isInstanceOf(PutRefusedException.class)
			.hasMessageContainingAll("READONLY", "was not stored"));
		proxy.delayReplies(Duration.ZERO);
		this.fixture.redis().replicaofNoOne();
	}

}
