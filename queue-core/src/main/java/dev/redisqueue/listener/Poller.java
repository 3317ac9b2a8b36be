package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks for messages: in one queue by waiting in it, in several by asking them in strict
 * order, and where all are empty by waiting in each at once.
 *
 * @param <T> the type of the payload
 */
final class Poller<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	/**
	 * While others have messages, one of the queues that were empty is asked for each
	 * time this has passed, in turns: with many of them there would be no time for
	 * anything else.
	 */
	private static final long PROBE_EVERY = TimeUnit.MILLISECONDS.toNanos(1);

	/** Ended by an interrupt, not by time. */
	private static final Duration LONG = Duration.ofHours(1);

	private final List<Source<T>> sources;

	private final Backlog<T> backlog;

	private final OutcomeExecutor<T> outcomes;

	private long probed = System.nanoTime();

	private final List<Thread> watchers = new ArrayList<>();

	private @Nullable Thread waiting;

	private boolean closed;

	Poller(List<Source<T>> sources, Backlog<T> backlog, OutcomeExecutor<T> outcomes) {
		this.sources = sources;
		this.backlog = backlog;
		this.outcomes = outcomes;
	}

	/** Begins to wait in several queues; in one, the workers themselves do. */
	synchronized void start(ThreadFactory threads) {
		if (this.sources.size() > 1) {
			for (Source<T> source : this.sources) {
				Thread watcher = threads.newThread(() -> watch(source));
				this.watchers.add(watcher);
				watcher.start();
			}
		}
	}

	/** Takes once, as the worker whose turn it is. */
	void poll() {
		List<TakenDelivery<T>> brought = List.of();
		boolean wait = this.backlog.isStarved();
		try {
			if (enter(wait) && !this.backlog.isPausedOrClosed()) {
				brought = (this.sources.size() == 1)
						? this.sources.get(0).take(this.backlog.wanted(), wait ? LONG : Duration.ZERO) : sweep(wait);
			}
		}
		catch (InterruptedException ex) {
			// Whoever interrupted has said elsewhere why.
		}
		finally {
			leave();
			if (!this.backlog.polled(brought)) {
				this.outcomes.giveBackDrained(brought);
			}
		}
	}

	private List<TakenDelivery<T>> sweep(boolean wait) throws InterruptedException {
		List<Source<T>> probes = probes();
		for (Source<T> source : this.sources) {
			if (!source.isEmpty() || probes.contains(source)) {
				List<TakenDelivery<T>> brought = source.take(this.backlog.wanted(), Duration.ZERO);
				if (!brought.isEmpty()) {
					return brought;
				}
			}
		}
		if (wait) {
			this.backlog.emptyQueuesWait().await();
		}
		return List.of();
	}

	/**
	 * Which of the empty queues to ask: one for each time that has passed, those first
	 * that were left alone for longest.
	 */
	private synchronized List<Source<T>> probes() {
		long now = System.nanoTime();
		long due = (now - this.probed) / PROBE_EVERY;
		if (due == 0) {
			return List.of();
		}
		this.probed = now;
		return this.sources.stream()
			.filter(Source::isEmpty)
			.map((source) -> Map.entry(source, source.asked() - now))
			.sorted(Map.Entry.comparingByValue())
			.limit(due)
			.map(Map.Entry::getKey)
			.toList();
	}

	/** Waits in one of several queues, whenever the poller found all of them empty. */
	private void watch(Source<T> source) {
		EmptyQueuesWait<T> wait = this.backlog.emptyQueuesWait();
		try {
			while (wait.awaitUnderWay()) {
				List<TakenDelivery<T>> brought = source.take(1, LONG);
				if (!brought.isEmpty() && !wait.offer(brought)) {
					this.outcomes.giveBack(brought);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("The watch of queue {} ends", source.queue().name(), ex);
		}
	}

	private synchronized boolean enter(boolean wait) {
		if (wait && !this.closed) {
			this.waiting = Thread.currentThread();
		}
		return !this.closed;
	}

	/** From here on nobody interrupts this thread because of the poll. */
	private synchronized void leave() {
		this.waiting = null;
		Thread.interrupted();
	}

	/** Ends a wait under way. */
	synchronized void interrupt() {
		if (this.waiting != null) {
			this.waiting.interrupt();
		}
	}

	synchronized void close() {
		this.closed = true;
		interrupt();
		this.watchers.forEach(Thread::interrupt);
		this.sources.forEach(Source::close);
	}

	/** Waits until nobody takes any more. */
	void awaitEnd(Duration atMost) throws InterruptedException {
		long deadline = System.nanoTime() + atMost.toNanos();
		for (Thread watcher : this.watchers) {
			watcher.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
		}
	}

}
