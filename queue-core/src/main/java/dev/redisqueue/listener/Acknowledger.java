package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Acknowledges in bulk what handlers of one queue have done: whatever gathers while one
 * call is under way goes with the next. A call that fails is made again for as long as it
 * takes, since the lease is renewed meanwhile and nobody else would settle these
 * deliveries; until it succeeds nothing more is taken from the queue. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * not running     at first; its thread, closed      what is added starts it
 *                 and through
 * running         its thread begins                 it acknowledges, or rests where there is nothing
 * closed, beside  the thread that stops             the thread ends when it is through; where Redis does
 * either                                            not answer, it goes on until it does
 * </pre>
 *
 * @param <T> the type of the payload
 */
final class Acknowledger<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	/** As many as one call to Redis settles. */
	private static final int MOST = 4000;

	private static final Duration HOLD_OFF = Duration.ofSeconds(1);

	private static final long RETRY_AFTER = TimeUnit.MILLISECONDS.toNanos(200);

	private final String listener;

	private final Source<T> source;

	private final ListenerThreads threads;

	private final Queue<TakenDelivery<T>> done = new ConcurrentLinkedQueue<>();

	/** What the call under way is about, by its thread; kept until it has succeeded. */
	private final List<Delivery<T>> current = new ArrayList<>();

	/** Handed to us and not decided yet. */
	private final AtomicInteger open = new AtomicInteger();

	/** How many calls have failed since the last that did not. */
	private volatile int failures;

	private volatile @Nullable String failure;

	private volatile boolean parked;

	private volatile boolean closed;

	private volatile @Nullable Thread thread;

	/**
	 * Creates it.
	 * @param threads makes its thread
	 */
	Acknowledger(String listener, Source<T> source, ListenerThreads threads) {
		this.listener = listener;
		this.source = source;
		this.threads = threads;
	}

	/** Does nothing at all where it throws, for want of memory. */
	void add(List<TakenDelivery<T>> work) {
		this.open.addAndGet(work.size());
		try {
			this.done.addAll(work);
		}
		catch (OutOfMemoryError ex) {
			this.open.addAndGet(-work.size());
			throw ex;
		}
		if (this.parked) {
			LockSupport.unpark(this.thread);
		}
		else if (this.thread == null) {
			ensureRunning();
		}
	}

	/** Starts its thread where there is none that runs. */
	synchronized void ensureRunning() {
		Thread current = this.thread;
		if ((current == null) ? this.open.get() > 0 : !current.isAlive()) {
			Thread thread = this.threads.daemon(this::run, "ack");
			thread.start();
			this.thread = thread;
		}
	}

	/** Whether so many wait to be acknowledged that no more should come at once. */
	boolean isBehind() {
		return this.open.get() > 2 * MOST;
	}

	/** Whether all that was added is decided. */
	boolean isThrough() {
		return this.open.get() == 0;
	}

	/** Why acknowledging fails, or {@code null} where it does not. */
	@Nullable String failure() {
		return (this.failures > 0) ? this.failure : null;
	}

	/** Whether its last call failed. */
	boolean isFailing() {
		return this.failures > 0;
	}

	private void run() {
		while (true) {
			try {
				if (this.current.isEmpty()) {
					collect();
				}
				if (!this.current.isEmpty()) {
					acknowledge();
				}
				else if (isEnd()) {
					return;
				}
				else {
					rest();
				}
			}
			catch (Throwable ex) {
				failed(ex);
			}
		}
	}

	private void collect() {
		for (int i = 0; i < MOST; i++) {
			TakenDelivery<T> next = this.done.peek();
			if (next == null) {
				return;
			}
			// Without memory it is still there.
			this.current.add(next.delivery());
			this.done.poll();
		}
	}

	private void acknowledge() {
		int ours = this.source.queue().ackAll(this.current);
		int lost = this.current.size() - ours;
		int all = this.current.size();
		decided();
		if (lost > 0) {
			logger.warn(
					"Listener {}: {} of {} messages of queue {} were handled, but the lease was lost before "
							+ "they could be acknowledged: other consumers get them again",
					this.listener, lost, all, this.source.queue().name());
		}
	}

	private void decided() {
		this.failures = 0;
		this.open.addAndGet(-this.current.size());
		this.current.clear();
	}

	/** Nothing in here may throw but what is caught in here. */
	private void failed(Throwable ex) {
		this.failures++;
		try {
			if (this.closed && !(ex instanceof QueueException)) {
				// The queue is closed, say.
				logger.debug("Listener {}: what was handled last is not acknowledged", this.listener, ex);
				decided();
				return;
			}
			this.failure = ex.getMessage();
			if (this.failures == 1) {
				logger.warn(
						"Listener {}: {} messages of queue {} were handled but could not be acknowledged yet; that "
								+ "is tried again until it can, and nothing is taken meanwhile ({})",
						this.listener, this.current.size(), this.source.queue().name(), ex.getMessage());
			}
			logger.debug("Listener {}: acknowledging again", this.listener, ex);
			// What is handled meanwhile only adds to what cannot be acknowledged.
			this.source.holdOff(HOLD_OFF);
		}
		catch (Throwable again) {
			// There is no memory, or the log throws: what was handled is acknowledged
			// anyway.
		}
		LockSupport.parkNanos(this, RETRY_AFTER);
		Thread.interrupted();
	}

	private void rest() {
		this.parked = true;
		try {
			if (this.done.isEmpty() && !this.closed) {
				LockSupport.park(this);
			}
		}
		finally {
			this.parked = false;
			Thread.interrupted();
		}
	}

	private synchronized boolean isEnd() {
		if (!this.closed) {
			return false;
		}
		// Whoever adds looks for the thread then: one of the two sees the other.
		this.thread = null;
		if (this.done.isEmpty()) {
			return true;
		}
		this.thread = Thread.currentThread();
		return false;
	}

	/** Acknowledges what is there, and ends. */
	synchronized void close() {
		this.closed = true;
		LockSupport.unpark(this.thread);
	}

}
