package dev.redisqueue.listener;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One listener of several queues, in strict order. */
@Timeout(120)
class ManyQueuesIntegrationTests {

	/** The work of a handler that is no fast one. */
	private static final long WORK = TimeUnit.MILLISECONDS.toNanos(3);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	/**
	 * Queues that were empty are not asked each time, but none of them may be forgotten
	 * while a later one has a backlog.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 18 })
	void aMessageForAnEarlierQueueOvertakesTheBacklogOfALaterOne(int earlier) {
		List<RedisQueue<String>> queues = queues(20);
		RedisQueue<String> last = queues.get(19);
		last.putAll(Collections.nCopies(400, "last"));
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queues, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			LockSupport.parkNanos(WORK);
			handled.add(delivery.payload());
			if (handled.size() == 20) {
				queues.get(earlier).put("earlier");
			}
		}));
		await().until(() -> handled.size() == 401);
		assertThat(handled.indexOf("earlier")).isLessThan(400);
	}

	@Test
	void whatIsInManyQueuesIsHandledOnceEach() {
		List<RedisQueue<String>> queues = queues(30);
		List<String> expected = new ArrayList<>();
		for (RedisQueue<String> queue : queues) {
			List<String> messages = IntStream.range(0, 700).mapToObj((i) -> queue.name() + " " + i).toList();
			queue.putAll(messages);
			expected.addAll(messages);
		}
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		this.fixture.listen(queues, ListenerOptions.defaults().withConcurrency(8),
				DeliveryHandler.each((delivery) -> handled.add(delivery.payload())));
		await().until(() -> handled.size() >= expected.size());
		assertThat(handled).containsExactlyInAnyOrderElementsOf(expected);
	}

	private List<RedisQueue<String>> queues(int count) {
		RedisQueueFactory process = this.fixture.process();
		return IntStream.range(0, count)
			.mapToObj((i) -> process.create(this.fixture.name() + "-" + i, String.class))
			.toList();
	}

}
