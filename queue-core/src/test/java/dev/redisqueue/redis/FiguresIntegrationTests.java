package dev.redisqueue.redis;

import java.time.Duration;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The figures tell what is going on, and what went on before.
 */
@Timeout(60)
class FiguresIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void anUnusedQueueHasNoFigures() {
		QueueStats stats = this.fixture.queue().stats();
		assertThat(stats).isEqualTo(QueueStats.empty());
	}

	@Test
	void lastPollIsOfThisProcessAndOfAnyAnswer() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		RedisQueue<String> other = this.fixture.queue();
		assertThat(queue.take(Duration.ZERO)).isEmpty();
		assertThat(queue.stats().lastPoll()).isBetween(Duration.ZERO, SOON);
		assertThat(other.stats().lastPoll()).as("of another process").isNull();
		other.pause();
		assertThat(other.take(Duration.ZERO)).isEmpty();
		assertThat(other.stats().lastPoll()).as("paused").isNotNull();
		other.resume();
		Duration before = queue.stats().lastPoll();
		await().untilAsserted(() -> assertThat(queue.stats().lastPoll()).isGreaterThan(before));
		queue.put("a");
		Duration idle = queue.stats().lastPoll();
		Delivery<String> delivery = queue.take(SOON).orElseThrow();
		assertThat(delivery.ack()).isTrue();
		assertThat(queue.stats().lastPoll()).isNotNull().isLessThan(idle.plus(SOON));
	}

	@Test
	void lastBeatIsOfAProcessThatHasALeaseAndGrowsWhereRedisDoesNotAnswer() throws Exception {
		Duration lease = Duration.ofSeconds(3);
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueFixture.lease(lease));
		assertThat(queue.stats().lastBeat()).as("nothing was taken").isNull();
		assertThat(queue.take(Duration.ZERO)).isEmpty();
		await().during(lease)
			.atMost(SOON)
			.untilAsserted(() -> assertThat(queue.stats().lastBeat()).isLessThan(lease.dividedBy(2)));
		proxy.hole();
		await().pollDelay(lease.dividedBy(3).multipliedBy(2)).until(() -> true);
		proxy.heal();
		assertThat(queue.stats().lastBeat()).isNotNull();
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(queue.stats().lastBeat()).isNotNull().isLessThan(lease.dividedBy(2)));
	}

	@Test
	void aGetIsNoPoll() {
		RedisQueue<String> queue = this.fixture.queue();
		assertThat(queue.getNowait()).isEmpty();
		assertThat(queue.stats().lastPoll()).isNull();
	}

	@Test
	void totalsCountWhatBecameOfMessages() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		queue.put("interrupted twice");
		queue.take(SOON).orElseThrow().releaseInterrupted();
		queue.take(SOON).orElseThrow().releaseInterrupted();
		queue.take(SOON).orElseThrow().ack();
		PutOptions brief = PutOptions.create().expireAfter(Duration.ofMillis(1)).delay(Duration.ofMillis(20));
		queue.put("expired before a get", brief);
		await().untilAsserted(() -> {
			assertThat(queue.getNowait()).isEmpty();
			assertThat(queue.stats().expired()).isEqualTo(1);
		});
		queue.put("expired before a take", brief);
		await().untilAsserted(() -> {
			assertThat(queue.take(Duration.ZERO)).isEmpty();
			assertThat(queue.stats().expired()).isEqualTo(2);
		});
		QueueStats stats = this.fixture.queue().stats();
		assertThat(stats.interrupted()).isEqualTo(2);
		assertThat(stats.acked()).isEqualTo(1);
		assertThat(stats.buried()).as("expired ones are buried").isEqualTo(2);
		assertThat(stats.dead()).isEqualTo(2);
	}

}
