package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.AclSetuserArgs;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The queues of one listener share neither their order nor their fate.
 */
@Timeout(180)
class SeveralQueuesIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	/**
	 * Messages come one by one and in bursts, so that each queue is empty now and then.
	 */
	@Test
	void eachKeepsItsOrder() {
		RedisQueueFactory process = this.fixture.process();
		List<RedisQueue<String>> queues = List.of(process.create(this.fixture.name() + "-a", String.class),
				process.create(this.fixture.name() + "-b", String.class));
		List<List<Integer>> handled = List.of(Collections.synchronizedList(new ArrayList<>()),
				Collections.synchronizedList(new ArrayList<>()));
		this.fixture.listen(queues, ListenerOptions.defaults(), DeliveryHandler.each((delivery) -> {
			String[] parts = delivery.payload().split(" ");
			handled.get(Integer.parseInt(parts[0])).add(Integer.parseInt(parts[1]));
		}));
		int each = 4000;
		int[] put = new int[2];
		ThreadLocalRandom random = ThreadLocalRandom.current();
		while (put[0] + put[1] < 2 * each) {
			int queue = (put[1] >= each || (put[0] < each && random.nextBoolean())) ? 0 : 1;
			int burst = Math.min(each - put[queue], random.nextInt(1, 6));
			List<String> payloads = new ArrayList<>();
			for (int i = 0; i < burst; i++) {
				payloads.add(queue + " " + put[queue]++);
			}
			queues.get(queue).putAll(payloads);
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(600)));
		}
		await().until(() -> handled.get(0).size() >= each && handled.get(1).size() >= each);
		assertThat(handled).allSatisfy((one) -> assertThat(one).hasSize(each).isSorted());
	}

	@Test
	void aPausedListenerTouchesNothing() {
		List<RedisQueue<String>> queues = queues(3);
		RedisQueueListenerContainer<String> listener = this.fixture.listen(queues, ListenerOptions.defaults(),
				(deliveries) -> {
				});
		queues.get(0).put("first");
		await().until(() -> queues.get(0).stats().acked() == 1);
		listener.pause();
		long taken = borrowed();
		for (int i = 0; i < 50; i++) {
			queues.get(i % 3).put("while paused");
		}
		await().during(Duration.ofMillis(500)).until(() -> borrowed() == taken);
		listener.resume();
		await().until(() -> queues.stream().allMatch(RedisQueue::isEmpty));
	}

	/** Every loan is a field of a hash. */
	private long borrowed() {
		return this.fixture.redis()
			.info("commandstats")
			.lines()
			.filter((line) -> line.startsWith("cmdstat_hset:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll(".*?calls=(\\d+).*", "$1")))
			.sum();
	}

	@Test
	void oneWhoseRedisIsFrozenHoldsUpNoOther() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> frozen = this.fixture.process(proxy.port())
			.create(this.fixture.name() + "-frozen", String.class);
		RedisQueue<String> healthy = this.fixture.process().create(this.fixture.name() + "-healthy", String.class);
		AtomicInteger handled = new AtomicInteger();
		CountDownLatch frozenBegun = new CountDownLatch(2);
		CountDownLatch frozenEnd = new CountDownLatch(1);
		RedisQueueListenerContainer<String> listener = this.fixture.listen(List.of(frozen, healthy),
				ListenerOptions.defaults().withConcurrency(4), (deliveries) -> {
					String payload = deliveries.get(0).payload();
					if (payload.startsWith("frozen")) {
						frozenBegun.countDown();
						frozenEnd.await();
						if (payload.endsWith("fails")) {
							throw new IllegalStateException(payload);
						}
					}
					else {
						handled.incrementAndGet();
					}
				});
		frozen.putAll(List.of("frozen", "frozen fails"));
		assertThat(frozenBegun.await(30, TimeUnit.SECONDS)).isTrue();
		proxy.hole();
		// One to acknowledge, one to retry, in a Redis that does not answer.
		frozenEnd.countDown();
		await().until(() -> handled.get() == 0 && healthy.isEmpty());
		for (int round = 1; round <= 15; round++) {
			int expected = round * 300;
			healthy.putAll(Collections.nCopies(300, "healthy"));
			await().atMost(Duration.ofSeconds(5)).until(() -> healthy.stats().acked() == expected);
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
		}
		await().until(() -> !listener.troubles().isEmpty());
		assertThat(listener.troubles()).allMatch((trouble) -> trouble.contains(frozen.name()));
		proxy.heal();
		await().until(() -> frozen.stats().acked() == 1 && frozen.stats().taken() == 0);
		await().until(() -> listener.troubles().isEmpty());
	}

	/**
	 * Beside a queue that has one message in work, to be acknowledged or to fail.
	 * @param key what is of another type, or that no key of the queue is allowed
	 */
	@ParameterizedTest
	@ValueSource(strings = { "", "arrived", "delayed", "consumers", "taken", "meta", "denied" })
	void oneThatRedisRefusesHoldsUpNoOther(String key) throws Exception {
		RedisQueueFactory process = this.fixture.process();
		RedisQueue<String> broken = this.fixture.queue();
		RedisQueue<String> healthy = process.create(this.fixture.name() + "-healthy", String.class);
		CountDownLatch begun = new CountDownLatch(2);
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger timeouts = new AtomicInteger();
		this.fixture.listen(List.of(broken, healthy),
				ListenerOptions.defaults()
					.withConcurrency(4)
					.withHandlerTimeout(Duration.ofSeconds(2))
					.withFailurePolicy((delivery, failure) -> {
						timeouts.addAndGet((failure instanceof TimeoutException) ? 1 : 0);
						return (failure instanceof TimeoutException) ? FailureOutcome.discard()
								: FailureOutcome.retry();
					}),
				(deliveries) -> {
					String payload = deliveries.get(0).payload();
					if (payload.startsWith("broken")) {
						begun.countDown();
						end.await();
						if (payload.endsWith("fails")) {
							throw new IllegalStateException(payload);
						}
					}
					else if (payload.equals("hangs")) {
						new CountDownLatch(1).await();
					}
				});
		broken.putAll(List.of("broken", "broken fails"));
		assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
		refuse(key);
		end.countDown();
		for (int round = 1; round <= 10; round++) {
			int expected = round * 300;
			healthy.putAll(Collections.nCopies(300, "healthy"));
			await().atMost(Duration.ofSeconds(5)).until(() -> healthy.stats().acked() == expected);
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
		}
		healthy.put("hangs");
		await().atMost(Duration.ofSeconds(4)).until(() -> timeouts.get() == 1 && healthy.stats().taken() == 0);
		this.fixture.redis().aclSetuser("default", AclSetuserArgs.Builder.allKeys());
		this.fixture.redis().flushall();
	}

	private void refuse(String key) {
		if (key.equals("denied")) {
			this.fixture.redis().aclSetuser("default", AclSetuserArgs.Builder.resetKeys().keyPattern("*healthy*"));
		}
		else {
			byte[] name = this.fixture.key(key);
			this.fixture.redis().del(name);
			this.fixture.redis().set(name, QueueFixture.bytes("of another type"));
		}
	}

	private List<RedisQueue<String>> queues(int count) {
		RedisQueueFactory process = this.fixture.process();
		List<RedisQueue<String>> queues = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			queues.add(process.create(this.fixture.name() + "-" + i, String.class));
		}
		return queues;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
