package dev.redisqueue.benchmarks.cases;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.benchmarks.peer.Child;
import dev.redisqueue.benchmarks.peer.Drive;
import dev.redisqueue.benchmarks.peer.Payloads;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
import io.lettuce.core.RedisURI;

/**
 * Consumers in JVMs of their own, whose handlers sleep for 5 ms. Reads how many messages
 * a second they handle together from the end of the first tenth to that of the ninth.
 */
final class ConsumerProcesses implements Own.Work {

	private static final int HANDLER_MILLIS = 5;

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final RedisURI redis;

	private final int processes;

	private final String queue;

	private final List<Child> children = new ArrayList<>();

	ConsumerProcesses(RedisURI redis, int processes) {
		this.redis = redis;
		this.processes = processes;
		this.queue = "benchmark-processes-" + processes;
	}

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws InterruptedException {
		if (this.children.isEmpty()) {
			for (int i = 0; i < this.processes; i++) {
				this.children.add(Child.again(ConsumerProcess.arguments(this.redis, this.queue, HANDLER_MILLIS)));
			}
			for (Child child : this.children) {
				child.await("ready");
			}
		}
		int messages = operations * this.processes;
		long before = handled();
		new Drive(ours, Payloads.SMALL).fill(this.queue, messages);
		long begin = awaitHandled(before + messages / 10);
		long start = System.nanoTime();
		long end = awaitHandled(before + messages * 9L / 10);
		double seconds = (System.nanoTime() - start) / 1e9;
		awaitHandled(before + messages);
		return new double[] { (end - begin) / seconds };
	}

	private long awaitHandled(long least) throws InterruptedException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		long handled = handled();
		while (handled < least) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("The consumers handled " + handled + " messages instead of " + least);
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
			handled = handled();
		}
		return handled;
	}

	private long handled() throws InterruptedException {
		this.children.forEach((child) -> child.say("?"));
		long sum = 0;
		for (Child child : this.children) {
			sum += Long.parseLong(child.await("handled "));
		}
		return sum;
	}

	@Override
	public void end(RedisQueuePeer ours) {
		this.children.forEach(Child::close);
		this.children.clear();
	}

}
