package dev.redisqueue.benchmarks.cases;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.peer.Drive;
import dev.redisqueue.benchmarks.peer.LocalPeer;
import dev.redisqueue.benchmarks.peer.Payloads;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;

/**
 * Hands out messages from a backlog that stays: what is handed out is put again, up to 1
 * 000 at a time.
 */
final class Backlog implements Own.Work {

	private static final int REFILL = 1000;

	private final String name;

	private final int size;

	private final List<String> refill;

	Backlog(int size) {
		this.name = "benchmark-backlog-" + size;
		this.size = size;
		this.refill = Collections.nCopies(Math.min(REFILL, Math.max(1, size / 10)), Payloads.SMALL);
	}

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws Exception {
		RedisQueue<String> queue = ours.queue(this.name);
		new Drive(ours, Payloads.SMALL).fill(this.name, (int) (this.size - queue.size()));
		AtomicLong handled = new AtomicLong();
		Drive.Counted counted = new Drive.Counted(operations, Gauge.rate());
		LocalPeer.Listening listening = ours.listen(this.name, Listen.CONCURRENCY, (payload) -> {
			counted.accept(payload);
			handled.incrementAndGet();
		});
		try {
			for (long put = 0; !counted.isDone();) {
				if (handled.get() - put >= this.refill.size()) {
					queue.putAll(this.refill);
					put += this.refill.size();
				}
				else {
					LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
				}
			}
			return counted.await("The backlog of " + this.size);
		}
		finally {
			listening.stop();
		}
	}

	@Override
	public void end(RedisQueuePeer ours) {
		ours.clear(this.name);
	}

}
