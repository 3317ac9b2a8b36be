package dev.redisqueue.benchmarks.cases;

import java.time.Duration;
import java.util.stream.IntStream;

import dev.redisqueue.PutOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.peer.Payloads;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;

/**
 * Hands out messages while others wait in the same queue until they are due, which they
 * will not be meanwhile.
 */
final class Delayed implements Own.Work {

	private static final String QUEUE = "benchmark-delayed";

	private final int delayed;

	private boolean prepared;

	Delayed(int delayed) {
		this.delayed = delayed;
	}

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws Exception {
		if (!this.prepared) {
			RedisQueue<String> queue = ours.queue(QUEUE);
			PutOptions options = PutOptions.create().delay(Duration.ofDays(1));
			IntStream.range(0, this.delayed).parallel().forEach((i) -> queue.put(Payloads.SMALL, options));
			this.prepared = true;
		}
		return new Listen(QUEUE, Payloads.SMALL, Gauge::rate).measure(ours, operations);
	}

	@Override
	public void end(RedisQueuePeer ours) {
		ours.clear(QUEUE);
	}

}
