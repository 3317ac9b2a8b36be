package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A queue that a listener takes from. Where it fails it is left alone for a while, a
 * little longer each time, but never so long that its return would go unnoticed.
 *
 * @param <T> the type of the payload
 */
final class Source<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	private static final long LONGEST_PAUSE = 2000;

	private static final long LOG_EVERY = TimeUnit.MINUTES.toNanos(1);

	private final String listener;

	private final RedisQueue<T> queue;

	private @Nullable BackOffExecution trouble;

	private long troubledSince;

	private long lastLog;

	/** Who waits in the queue for a message. */
	private @Nullable Thread waiting;

	/** Whether a hold-off ended that wait. */
	private volatile boolean woken;

	private volatile boolean closed;

	/** The last take found it empty. */
	private volatile boolean empty;

	private volatile long asked;

	private volatile long notBefore = System.nanoTime();

	private volatile long heldOffUntil = System.nanoTime();

	Source(String listener, RedisQueue<T> queue) {
		this.listener = listener;
		this.queue = queue;
	}

	RedisQueue<T> queue() {
		return this.queue;
	}

	/**
	 * Takes, and waits for the first message or, in trouble, for the time to ask again.
	 * @param wait whether to wait at all
	 * @return what was taken; nothing where taking failed
	 */
	List<TakenDelivery<T>> take(int most, Duration wait) throws InterruptedException {
		if (isResting(wait)) {
			return List.of();
		}
		if (!wait.isZero() && !isWaiting()) {
			return List.of();
		}
		try {
			List<TakenDelivery<T>> brought = stamped(this.queue.take(most, wait));
			succeeded();
			this.asked = System.nanoTime();
			this.empty = brought.isEmpty();
			return brought;
		}
		catch (InterruptedException ex) {
			if (!this.woken) {
				throw ex;
			}
			return List.of();
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			return List.of();
		}
		finally {
			waited();
		}
	}

	/** Whether the last take found it empty. */
	boolean isEmpty() {
		return this.empty;
	}

	/** When it last answered, by the local monotonic clock. */
	long asked() {
		return this.asked;
	}

	/** {@code false} where it was held off in the meantime. */
	private synchronized boolean isWaiting() {
		if (this.notBefore - System.nanoTime() > 0) {
			return false;
		}
		this.woken = false;
		this.waiting = Thread.currentThread();
		return true;
	}

	/** From here on nobody interrupts this thread because of a hold-off. */
	private synchronized void waited() {
		if (this.waiting == Thread.currentThread()) {
			this.waiting = null;
			if (this.woken) {
				Thread.interrupted();
			}
		}
	}

	private List<TakenDelivery<T>> stamped(List<Delivery<T>> deliveries) {
		long now = System.nanoTime();
		List<TakenDelivery<T>> brought = new ArrayList<>(deliveries.size());
		deliveries.forEach((delivery) -> brought.add(new TakenDelivery<>(this, delivery, now)));
		return brought;
	}

	private boolean isResting(Duration wait) throws InterruptedException {
		long left = this.notBefore - System.nanoTime();
		if (left <= 0) {
			return false;
		}
		if (!wait.isZero()) {
			LockSupport.parkNanos(this, left);
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
		}
		return true;
	}

	/**
	 * What the handler or its acknowledgement needs is away: nothing is taken for a
	 * while, and what a take under way brings within that time goes back.
	 */
	synchronized void holdOff(Duration pause) {
		long until = System.nanoTime() + pause.toNanos();
		this.heldOffUntil = until;
		if (until - this.notBefore > 0) {
			this.notBefore = until;
		}
		if (this.waiting != null && !this.woken) {
			this.woken = true;
			this.waiting.interrupt();
		}
	}

	/** Whether it is to be left alone for what the handler needs. */
	boolean isHeldOff() {
		return this.heldOffUntil - System.nanoTime() > 0;
	}

	private synchronized void succeeded() {
		if (this.trouble != null) {
			this.trouble = null;
			logger.info("Listener {}: consumes queue {} again, after {} s", this.listener, this.queue.name(),
					TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.troubledSince));
		}
	}

	/** From now on nobody is told what fails. */
	void close() {
		this.closed = true;
	}

	private synchronized void failed(Throwable failure) {
		if (this.closed) {
			return;
		}
		long now = System.nanoTime();
		boolean first = this.trouble == null;
		if (this.trouble == null) {
			ExponentialBackOff backOff = new ExponentialBackOff(100, 2);
			backOff.setMaxInterval(LONGEST_PAUSE);
			backOff.setJitter(100);
			this.trouble = backOff.start();
			this.troubledSince = now;
			this.lastLog = now;
		}
		long until = now + TimeUnit.MILLISECONDS.toNanos(this.trouble.nextBackOff());
		// What is taken before a hold-off ends would go back at once.
		this.notBefore = (until - this.heldOffUntil > 0) ? until : this.heldOffUntil;
		if (first && !(failure instanceof QueueUnavailableException)) {
			logger.error("Listener {} cannot take from queue {} and tries again until it can: {}", this.listener,
					this.queue.name(), failure.getMessage());
		}
		else if (now - this.lastLog >= LOG_EVERY) {
			// That Redis does not answer, the queue itself has said by then.
			this.lastLog = now;
			logger.warn("Listener {} has not been able to take from queue {} for {} s and goes on trying: {}",
					this.listener, this.queue.name(), TimeUnit.NANOSECONDS.toSeconds(now - this.troubledSince),
					failure.getMessage());
		}
	}

}
