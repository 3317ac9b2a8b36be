package dev.redisqueue.benchmarks.cases;

import java.util.function.Supplier;

import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.peer.Drive;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;

/**
 * Hands out messages that are all there, by a listener of concurrency 8.
 *
 * @param queue the queue
 * @param payload what the messages hold
 * @param gauge what is read
 */
record Listen(String queue, String payload, Supplier<Gauge> gauge) implements Own.Work {

	static final int CONCURRENCY = 8;

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws Exception {
		return new Drive(ours, this.payload).listen(this.queue, CONCURRENCY, operations, this.gauge.get());
	}

}
