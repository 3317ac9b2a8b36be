package dev.redisqueue.benchmarks.cases;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.benchmarks.measure.Figure;
import dev.redisqueue.benchmarks.measure.ServerInfo;
import dev.redisqueue.benchmarks.peer.Payloads;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;

/**
 * The memory of Redis that a message takes, without that of its payload.
 *
 * @param queue the queue
 * @param server the server that is watched
 * @param options how each message is put
 */
record Memory(String queue, ServerInfo server, PutOptions options) implements Own.Work {

	static final List<Figure> FIGURES = List.of(new Figure("MEMORY USAGE of the list", "bytes/message + payload"),
			new Figure("used_memory", "bytes/message + payload"));

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) {
		RedisQueue<String> to = ours.queue(this.queue);
		try {
			long before = this.server.memory();
			for (int i = 0; i < operations; i++) {
				to.put(Payloads.SMALL, this.options);
			}
			long after = this.server.memory();
			long list = this.server
				.memory((QueueOptions.DEFAULT_NAMESPACE + ":" + this.queue).getBytes(StandardCharsets.UTF_8));
			return new double[] { beside(list, operations), beside(after - before, operations) };
		}
		finally {
			to.clear();
		}
	}

	private static double beside(long bytes, int operations) {
		return (double) bytes / operations - Payloads.SMALL.length();
	}

}
