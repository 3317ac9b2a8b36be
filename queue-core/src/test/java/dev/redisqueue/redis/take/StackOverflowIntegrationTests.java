package dev.redisqueue.redis.take;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An {@code Error} at every step of a take: it is called with a little less of the stack
 * left each time, from enough for all of it to too little for its first call. Whatever
 * was reserved or borrowed when it ended belongs to somebody: it is taken by the next
 * call, or given back.
 */
@Timeout(120)
class StackOverflowIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(1);

	private static final int MESSAGES = 3_000;

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void aTakeThatEndsByAnErrorAtAnyStepLeavesNothingReserved() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueFixture.lease(LEASE));
		Set<String> put = new TreeSet<>();
		for (int i = 0; i < MESSAGES; i++) {
			put.add("message " + i);
		}
		queue.putAll(put);
		Set<String> received = new HashSet<>();
		// What is loaded and compiled while the stack ends would stay broken.
		for (int i = 0; i < 200; i++) {
			settle(queue.take(2, LEASE), received);
		}
		Sweep sweep = new Sweep(queue);
		Thread thread = new Thread(null, sweep, "little-stack", 256 * 1024);
		thread.start();
		thread.join();
		assertThat(sweep.errors).as("takes that ended by an error").isGreaterThan(50);
		assertThat(sweep.taken).as("takes that succeeded").isNotEmpty();
		settle(sweep.taken, received);
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			settle(queue.take(1_000, Duration.ofMillis(50)), received);
			return queue.stats().taken() == 0 && queue.size() == 0;
		});
		assertThat(received).containsExactlyInAnyOrderElementsOf(put);
		assertThat(queue.stats().acked()).isEqualTo(MESSAGES);
	}

	private static void settle(List<Delivery<String>> deliveries, Set<String> received) {
		for (Delivery<String> delivery : deliveries) {
			received.add(delivery.payload());
			assertThat(delivery.ack()).isTrue();
		}
	}

	/** Calls from ever deeper down the stack. */
	private static final class Sweep implements Runnable {

		private final RedisQueue<String> queue;

		private final List<Delivery<String>> taken = new ArrayList<>();

		private int errors;

		Sweep(RedisQueue<String> queue) {
			this.queue = queue;
		}

		@Override
		public void run() {
			int inARow = 0;
			for (int depth = 0; inARow < 150; depth += (this.errors == 0) ? 25 : 1) {
				try {
					descend(depth);
					inARow = 0;
				}
				catch (StackOverflowError | QueueException ex) {
					this.errors++;
					inARow++;
				}
			}
		}

		private void descend(int depth) {
			if (depth > 0) {
				descend(depth - 1);
				return;
			}
			try {
				this.taken.addAll(this.queue.take(2, Duration.ZERO));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
