package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueException;
import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Acknowledges in bulk what handlers have done: whatever gathers while one call is under
 * way goes with the next. A call that fails is made again for as long as it takes, since
 * the lease is renewed meanwhile and nobody else would settle these deliveries; until it
 * succeeds nothing more is taken from their queue.
 *
 * @param <T> the type of the payload
 */
final class Acknowledger<T> implements Runnable {

	private static final Logger logger = ListenerLog.LOGGER;

	private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

	/** As many as one call to Redis settles. */
	private static final int MOST = 4000;

	private static final Duration HOLD_OFF = Duration.ofSeconds(1);

	private static final long RETRY_AFTER = TimeUnit.MILLISECONDS.toNanos(200);

	private final String listener;

	private final Runnable maintenance;

	private final Executor late;

	private final Queue<TakenDelivery<T>> done = new ConcurrentLinkedQueue<>();

	/** Handed to us and not decided yet. */
	private final AtomicInteger open = new AtomicInteger();

	private final CountDownLatch ended = new CountDownLatch(1);

	private long looked = System.nanoTime();

	private volatile boolean parked;

	private volatile boolean closed;

	private volatile long giveUpAt;

	/** Its thread looks no more: whoever adds acknowledges himself. */
	private volatile boolean over;

	private volatile @Nullable Thread thread;

	/**
	 * Creates it.
	 * @param maintenance what else is to be looked after, twice a second while idle
	 * @param late goes on with what could not be acknowledged before the stop
	 */
	Acknowledger(String listener, Runnable maintenance, Executor late) {
		this.listener = listener;
		this.maintenance = maintenance;
		this.late = late;
	}

	void add(List<TakenDelivery<T>> work) {
		this.open.addAndGet(work.size());
		this.done.addAll(work);
		if (this.parked) {
			LockSupport.unpark(this.thread);
		}
		else if (this.over) {
			acknowledgeRest();
		}
	}

	/** Whether so many wait to be acknowledged that no more should come at once. */
	boolean isBehind() {
		return this.open.get() > 2 * MOST;
	}

	/** Waits until all that was added is acknowledged, or given up at the end. */
	void awaitDone() {
		while (this.open.get() > 0 && this.ended.getCount() > 0) {
			LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
		}
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		while (!isThrough()) {
			look();
		}
		this.over = true;
		acknowledgeRest();
		this.ended.countDown();
	}

	private boolean isThrough() {
		List<TakenDelivery<T>> some = poll();
		if (!some.isEmpty()) {
			acknowledgeSafely(some);
			return false;
		}
		if (!this.closed) {
			rest();
		}
		return this.closed && this.done.isEmpty();
	}

	private void acknowledgeSafely(List<TakenDelivery<T>> some) {
		try {
			acknowledge(some);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Listener {}: acknowledging failed and is tried again", this.listener, ex);
			this.done.addAll(some);
			LockSupport.parkNanos(this, RETRY_AFTER);
		}
	}

	/** What a handler ends with after everything else has ended. */
	private void acknowledgeRest() {
		for (List<TakenDelivery<T>> some = poll(); !some.isEmpty(); some = poll()) {
			acknowledge(some);
		}
	}

	private void look() {
		long now = System.nanoTime();
		if (now - this.looked >= LOOK_EVERY) {
			this.looked = now;
			try {
				this.maintenance.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("Listener {}: looking after its threads failed and is tried again", this.listener, ex);
			}
		}
	}

	private List<TakenDelivery<T>> poll() {
		List<TakenDelivery<T>> some = new ArrayList<>();
		for (TakenDelivery<T> one = this.done.poll(); one != null; one = this.done.poll()) {
			some.add(one);
			if (some.size() == MOST) {
				break;
			}
		}
		return some;
	}

	private void rest() {
		this.parked = true;
		try {
			if (this.done.isEmpty() && !this.closed) {
				LockSupport.parkNanos(this, LOOK_EVERY);
			}
		}
		finally {
			this.parked = false;
		}
	}

	private void acknowledge(List<TakenDelivery<T>> some) {
		Map<Source<T>, List<Delivery<T>>> bySource = new HashMap<>();
		for (TakenDelivery<T> taken : some) {
			bySource.computeIfAbsent(taken.source(), (source) -> new ArrayList<>(some.size())).add(taken.delivery());
		}
		bySource.forEach((source, deliveries) -> acknowledge(source, deliveries, false));
		this.open.addAndGet(-some.size());
	}

	private void acknowledge(Source<T> source, List<Delivery<T>> deliveries, boolean patient) {
		RedisQueue<T> queue = source.queue();
		for (int call = 1;; call++) {
			try {
				int ours = queue.ackAll(deliveries);
				if (ours < deliveries.size()) {
					logger.warn(
							"Listener {}: {} of {} messages of queue {} were handled, but the lease was lost before "
									+ "they could be acknowledged: other consumers get them again",
							this.listener, deliveries.size() - ours, deliveries.size(), queue.name());
				}
				return;
			}
			catch (RuntimeException | Error ex) {
				if (patient && !(ex instanceof QueueException)) {
					// The queue is closed, say.
					return;
				}
				if (!patient && this.closed && System.nanoTime() - this.giveUpAt >= 0) {
					logger
						.warn("Listener {}: {} messages of queue {} were handled but could not be acknowledged before "
								+ "the stop; that is tried again, but where the process ends other consumers get them again "
								+ "({})", this.listener, deliveries.size(), queue.name(), ex.getMessage());
					this.late.execute(() -> acknowledge(source, deliveries, true));
					return;
				}
				if (call == 1 && !patient) {
					logger.warn(
							"Listener {}: {} messages of queue {} were handled but could not be acknowledged yet; that "
									+ "is tried again until it can, and nothing is taken meanwhile ({})",
							this.listener, deliveries.size(), queue.name(), ex.getMessage());
				}
				logger.debug("Listener {}: acknowledging again", this.listener, ex);
				// What is handled meanwhile only adds to what cannot be acknowledged.
				source.holdOff(HOLD_OFF);
				LockSupport.parkNanos(this, RETRY_AFTER);
			}
		}
	}

	/**
	 * Acknowledges what is there, and ends.
	 * @return whether this thread was interrupted while it waited for that
	 */
	boolean close(Duration atMost) {
		this.giveUpAt = System.nanoTime() + atMost.toNanos();
		this.closed = true;
		LockSupport.unpark(this.thread);
		try {
			if (!this.ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("Listener {}: Redis does not answer the last acknowledgements; other consumers get these "
						+ "messages again unless they still arrive", this.listener);
			}
			return false;
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

}
