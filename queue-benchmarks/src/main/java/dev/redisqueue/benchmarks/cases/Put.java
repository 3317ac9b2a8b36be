package dev.redisqueue.benchmarks.cases;

import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.peer.Drive;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;

/**
 * Puts from 16 threads.
 *
 * @param queue the queue
 * @param payload what the messages hold
 */
record Put(String queue, String payload) implements Own.Work {

	static final int THREADS = 16;

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws Exception {
		try {
			return new Drive(ours, this.payload).put(this.queue, THREADS, operations, Gauge.rate());
		}
		finally {
			ours.clear(this.queue);
		}
	}

}
