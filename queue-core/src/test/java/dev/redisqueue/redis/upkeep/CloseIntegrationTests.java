package dev.redisqueue.redis.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The end of queues: what they leave, and what they leave behind.
 */
class CloseIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void whatAWaitHadMovedGoesBackToTheHead() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class);
		assertThat(queue.take(Duration.ZERO)).isEmpty();
		this.fixture.push("b");
		this.fixture.redis().rpush(this.fixture.side("arrived"), QueueFixture.bytes("a"));
		process.close();
		assertThat(this.fixture.redis().lrange(this.fixture.list(), 0, -1)).extracting(QueueFixture::text)
			.containsExactly("a", "b");
	}

	@Test
	void whatIsTakenGoesBackBeforeWhatAWaitHadMoved() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class);
		this.fixture.push("1", "2", "4");
		assertThat(queue.take(2, SOON)).hasSize(2);
		this.fixture.redis().rpush(this.fixture.side("arrived"), QueueFixture.bytes("3"));
		process.close();
		RedisQueue<String> other = this.fixture.queue();
		List<Delivery<String>> all = other.take(10, SOON);
		assertThat(all).extracting(Delivery::payload).containsExactly("1", "2", "3", "4");
		other.ackAll(all);
	}

	@Test
	void aQueueThatIsClosedGivesBackWhatItHoldsAndCanBeMadeAnew() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> queue = process.create(this.fixture.name(), String.class);
		RedisQueue<String> other = process.create(this.fixture.name() + "-other", String.class);
		queue.put("a");
		assertThat(queue.take(SOON)).isPresent();
		process.close(queue);
		process.close(queue);
		assertThatIllegalStateException().isThrownBy(() -> queue.put("b")).withMessageContaining("closed");
		other.put("c");
		assertThat(other.getNowait()).contains("c");
		RedisQueue<String> again = process.create(this.fixture.name(), String.class,
				QueueOptions.defaults().withMaxAttempts(3));
		assertThat(again.take(SOON).orElseThrow().ack()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> this.fixture.process().close(again))
			.withMessageContaining("was not made by this factory");
	}

	/** One queue a tenant, say. */
	@Test
	void queuesThatComeAndGoLeaveNothingBehind() throws Exception {
		RedisQueueFactory process = this.fixture.process();
		QueueOptions options = QueueOptions.defaults().withLease(Duration.ofSeconds(1));
		process.create(this.fixture.name(), String.class).size();
		long connections = connections();
		List<RedisQueue<String>> queues = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			RedisQueue<String> queue = process.create(this.fixture.name() + "-" + i, String.class, options);
			assertThat(queue.take(Duration.ofMillis(150))).isEmpty();
			queues.add(queue);
		}
		assertThat(connections()).isGreaterThanOrEqualTo(connections + 50);
		queues.forEach(process::close);
		await().atMost(SOON).until(() -> connections() == connections);
		assertThat(this.fixture.redis().keys("{*}:consumers")).isEmpty();
		// Nobody ticks for them any more: only what this test asks is run.
		this.fixture.redis().configResetstat();
		await().during(Duration.ofMillis(800))
			.atMost(SOON)
			.until(() -> !this.fixture.redis().info("commandstats").contains("cmdstat_evalsha"));
	}

	private long connections() {
		return this.fixture.redis().clientList().lines().count();
	}

	@Test
	void whatIsPutMustNotBeTooLargeToBeReceived() {
		QueueOptions options = QueueOptions.defaults().withMaxPutBytes(2_000).withMaxReceivedBytes(1_000);
		RedisQueueFactory process = this.fixture.process();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> process.create(this.fixture.name(), String.class, options))
			.withMessageContaining("max-put-size")
			.withMessageContaining("max-received-size");
	}

}
