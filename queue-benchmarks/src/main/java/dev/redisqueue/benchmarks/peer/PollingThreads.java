package dev.redisqueue.benchmarks.peer;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Threads that ask for messages again and again: the listener of those who have none.
 */
final class PollingThreads implements LocalPeer.Listening {

	private static final long JOIN_MILLIS = 20_000;

	private final List<Thread> threads;

	private final Runnable wake;

	private volatile boolean stopped;

	/**
	 * Starts the threads.
	 * @param count how many
	 * @param polls makes what a thread does again and again: ask, waiting for a second at
	 * most, and handle
	 * @param wake puts an empty message, so that one waiting thread ends its wait
	 */
	PollingThreads(int count, IntFunction<Runnable> polls, Runnable wake) {
		this.wake = wake;
		this.threads = IntStream.range(0, count).mapToObj((number) -> {
			Runnable poll = polls.apply(number);
			return new Thread(() -> {
				while (!this.stopped) {
					poll.run();
				}
			}, "poll-" + number);
		}).toList();
		this.threads.forEach(Thread::start);
	}

	@Override
	public void stop() {
		this.stopped = true;
		this.threads.forEach((thread) -> this.wake.run());
		try {
			for (Thread thread : this.threads) {
				thread.join(JOIN_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
