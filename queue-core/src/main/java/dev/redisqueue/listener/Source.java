package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueUnavailableException;
import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A queue that a listener takes from. Where it fails it is left alone for a while, a
 * little longer each time, but never so long that its return would go unnoticed; so is
 * one that again and again says that there is something, and then has nothing.
 *
 * @param <T> the type of the payload
 */
final class Source<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	/** Ended by {@link #endWait()}, not by time. */
	static final Duration LONG = Duration.ofHours(1);

	private static final long LONGEST_PAUSE = 2000;

	private static final long LOG_EVERY = TimeUnit.MINUTES.toNanos(1);

	/** So often a queue may have nothing at once where it should have waited. */
	private static final int MOST_FRUITLESS = 10;

	private final String listener;

	private final RedisQueue<T> queue;

	private @Nullable BackOffExecution trouble;

	private long troubledSince;

	private @Nullable String failure;

	private long lastLog;

	/** Who waits in the queue for a message. */
	private @Nullable Thread waiting;

	/** Whether somebody ended that wait. */
	private boolean woken;

	private boolean closed;

	/** How often in a row a wait was over at once and brought nothing. */
	private int fruitless;

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
	 * @param mayWait whether to wait, asked when {@link #endWait()} would be heard;
	 * {@code null} for not at all
	 * @return what was taken; nothing where taking failed or {@link #endWait()} was
	 * called
	 */
	List<TakenDelivery<T>> take(int most, @Nullable BooleanSupplier mayWait) {
		// After a failure it is asked first whether all is well again.
		boolean wait = mayWait != null && !isFailing();
		if ((mayWait != null) ? !(rest() && beginWait(mayWait)) : rests() > 0) {
			return List.of();
		}
		long began = System.nanoTime();
		List<Delivery<T>> deliveries;
		try {
			deliveries = this.queue.take(most, wait ? LONG : Duration.ZERO);
			succeeded();
		}
		catch (InterruptedException ex) {
			// Whoever ended the wait has said elsewhere why.
			return List.of();
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			return List.of();
		}
		finally {
			if (mayWait != null) {
				endedWait();
			}
		}
		noteFruit(!deliveries.isEmpty(), wait, began);
		return stamped(deliveries);
	}

	/**
	 * Waits until there may be a message, and takes nothing.
	 * @param mayWait as for {@link #take}
	 */
	void awaitReady(BooleanSupplier mayWait) {
		if (!beginWait(mayWait)) {
			return;
		}
		long began = System.nanoTime();
		try {
			this.queue.awaitReady(LONG);
		}
		catch (InterruptedException ex) {
			// Whoever ended the wait has said elsewhere why.
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
		finally {
			endedWait();
			noteFruit(false, true, began);
		}
	}

	/** Ends a wait under way. */
	synchronized void endWait() {
		if (this.waiting != null && !this.woken) {
			this.woken = true;
			this.waiting.interrupt();
		}
	}

	/** {@code false} where it is to be left alone. */
	private boolean beginWait(BooleanSupplier mayWait) {
		if (!beginToListen() || rests() > 0 || !mayWait.getAsBoolean()) {
			endedWait();
			return false;
		}
		return true;
	}

	/** From here on {@link #endWait()} interrupts this thread. */
	private synchronized boolean beginToListen() {
		this.woken = this.closed;
		this.waiting = Thread.currentThread();
		return !this.closed;
	}

	/** From here on nobody interrupts this thread because of its wait. */
	private synchronized void endedWait() {
		this.waiting = null;
		Thread.interrupted();
	}

	/** A mocked queue, say, neither waits nor has anything: asking it must not spin. */
	private synchronized void noteFruit(boolean found, boolean waited, long began) {
		if (found || (waited && System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(100))) {
			this.fruitless = 0;
		}
		else if (waited && !this.woken && ++this.fruitless > MOST_FRUITLESS) {
			long pause = Math.min(1000, 1L << Math.min(10, this.fruitless - MOST_FRUITLESS));
			leaveAlone(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause));
		}
	}

	/** They are ours whatever happens: without memory it is tried again. */
	private List<TakenDelivery<T>> stamped(List<Delivery<T>> deliveries) {
		while (true) {
			try {
				long now = System.nanoTime();
				List<TakenDelivery<T>> brought = new ArrayList<>(deliveries.size());
				for (Delivery<T> delivery : deliveries) {
					brought.add(new TakenDelivery<>(this, delivery, now));
				}
				return brought;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
		}
	}

	/** How long it is to be left alone, in nanoseconds; zero or less for not at all. */
	long rests() {
		return this.notBefore - System.nanoTime();
	}

	/** Waits until it may be asked again; {@code false} where somebody ended that. */
	private boolean rest() {
		if (rests() <= 0) {
			return true;
		}
		if (beginToListen()) {
			LockSupport.parkNanos(this, rests());
		}
		synchronized (this) {
			endedWait();
			return !this.woken;
		}
	}

	/**
	 * What the handler or its acknowledgement needs is away: nothing is taken for a
	 * while, and what a take under way brings within that time goes back.
	 */
	synchronized void holdOff(Duration pause) {
		long until = System.nanoTime() + pause.toNanos();
		this.heldOffUntil = until;
		leaveAlone(until);
		endWait();
	}

	private synchronized void leaveAlone(long until) {
		if (until - this.notBefore > 0) {
			this.notBefore = until;
		}
	}

	/** Whether it is to be left alone for what the handler needs. */
	boolean isHeldOff() {
		return this.heldOffUntil - System.nanoTime() > 0;
	}

	/** Whether the last take failed. */
	synchronized boolean isFailing() {
		return this.trouble != null;
	}

	/** What fails and since when, or {@code null} where taking works. */
	synchronized @Nullable String trouble() {
		if (this.trouble == null) {
			return null;
		}
		return "cannot take from queue " + this.queue.name() + " for "
				+ TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.troubledSince) + " s: " + this.failure;
	}

	private synchronized void succeeded() {
		if (this.trouble != null) {
			this.trouble = null;
			logger.info("Listener {}: consumes queue {} again, after {} s", this.listener, this.queue.name(),
					TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.troubledSince));
		}
	}

	/** From now on nobody waits in it, and nobody is told what fails. */
	synchronized void close() {
		this.closed = true;
		endWait();
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
		this.failure = failure.getMessage();
		// What is taken before a hold-off ends would go back at once.
		leaveAlone(now + TimeUnit.MILLISECONDS.toNanos(this.trouble.nextBackOff()));
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
