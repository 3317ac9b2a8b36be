package dev.redisqueue.benchmarks.cases;

import java.util.List;
import java.util.stream.IntStream;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.peer.Drive;
import dev.redisqueue.benchmarks.peer.LocalPeer;
import dev.redisqueue.benchmarks.peer.Payloads;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
import dev.redisqueue.listener.DeliveryHandler;

/**
 * Hands out as many messages as are in one queue elsewhere, from many.
 *
 * @param queues how many queues
 * @param together whether one listener of concurrency 8 has them all, instead of each a
 * listener of its own with one thread
 */
record ManyQueues(int queues, boolean together) implements Own.Work {

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws Exception {
		List<String> names = IntStream.range(0, this.queues).mapToObj((i) -> "benchmark-queues-" + i).toList();
		List<RedisQueue<String>> made = names.stream().map(ours::queue).toList();
		int each = Math.max(1, operations / this.queues);
		Drive drive = new Drive(ours, Payloads.SMALL);
		names.forEach((name) -> drive.fill(name, each));
		Drive.Counted counted = new Drive.Counted(each * this.queues, Gauge.rate());
		DeliveryHandler<String> handler = DeliveryHandler.each((delivery) -> counted.accept(delivery.payload()));
		List<LocalPeer.Listening> listening = this.together
				? List.of(RedisQueuePeer.listen(made, Listen.CONCURRENCY, handler))
				: made.stream().map((queue) -> RedisQueuePeer.listen(List.of(queue), 1, handler)).toList();
		try {
			return counted.await(this.queues + " queues");
		}
		finally {
			listening.parallelStream().forEach(LocalPeer.Listening::stop);
		}
	}

}
