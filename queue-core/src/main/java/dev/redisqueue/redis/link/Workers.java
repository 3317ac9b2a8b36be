package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of a factory: one that only tells the time, and three groups that do the
 * work: what is short, what moves many messages and goes in slices, and what the
 * application asked to be told. None of the groups waits for another, and none of them
 * renews a lease. What waits for Redis never holds up the clock of another queue.
 */
public final class Workers implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Workers.class);

	private static final int MOST = 8;

	private static final int MOST_BULK = 4;

	private static final int MOST_TOLD = 4;

	private final ScheduledThreadPoolExecutor timer;

	private final ThreadPoolExecutor pool = pool(MOST, "redis-queue-");

	private final ThreadPoolExecutor bulk = pool(MOST_BULK, "redis-queue-bulk-");

	private final ThreadPoolExecutor told = pool(MOST_TOLD, "redis-queue-told-");

	public Workers() {
		this.timer = new ScheduledThreadPoolExecutor(1, daemon("redis-queue-timer-"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	private static ThreadPoolExecutor pool(int most, String prefix) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				daemon(prefix));
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	private static ThreadFactory daemon(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	/** What is short: a few calls to Redis. */
	@Override
	public void execute(Runnable task) {
		execute(this.pool, task);
	}

	/** What belongs to the application, and may hang: told that a lease was lost. */
	public void tell(Runnable action) {
		execute(this.told, action);
	}

	private static boolean execute(Executor executor, Runnable task) {
		try {
			executor.execute(() -> runGuarded(task));
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The queues are closed", ex);
			return false;
		}
	}

	/**
	 * Executes a task that must not run twice at the same time: does nothing where it has
	 * its turn already. The turn is given back whatever happens, where no thread can be
	 * made for instance.
	 */
	public void executeAlone(AtomicBoolean turn, Runnable task) {
		if (!turn.compareAndSet(false, true)) {
			return;
		}
		boolean begun = false;
		try {
			begun = execute(this.pool, () -> {
				try {
					task.run();
				}
				finally {
					turn.set(false);
				}
			});
		}
		finally {
			if (!begun) {
				turn.set(false);
			}
		}
	}

	/** Executes what moves many messages: so few of it at a time, and nothing else. */
	public void executeBulk(Runnable task) {
		execute(this.bulk, task);
	}

	/**
	 * Executes bulk work that must not run twice at the same time, slice by slice: after
	 * each it queues up again behind the others. Does nothing where it has its turn
	 * already.
	 * @param turn given back when it is over, whatever happens
	 * @param slice does some of it, and says whether there is more
	 */
	public void executeSlices(AtomicBoolean turn, BooleanSupplier slice) {
		if (turn.compareAndSet(false, true)) {
			nextSlice(turn, slice);
		}
	}

	private void nextSlice(AtomicBoolean turn, BooleanSupplier slice) {
		boolean queued = false;
		try {
			queued = execute(this.bulk, () -> runSlice(turn, slice));
		}
		finally {
			if (!queued) {
				turn.set(false);
			}
		}
	}

	private void runSlice(AtomicBoolean turn, BooleanSupplier slice) {
		boolean more = false;
		try {
			more = slice.getAsBoolean();
		}
		finally {
			if (!more) {
				turn.set(false);
			}
		}
		if (more) {
			nextSlice(turn, slice);
		}
	}

	/** Whatever the task throws is reported and goes no further. */
	public static void runGuarded(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			report("A task of the queues failed; it is tried again when it is due", ex);
		}
	}

	static void report(String what, Throwable failure) {
		try {
			logger.warn(what, failure);
		}
		catch (Throwable ex) {
			// No memory, not even for that; the thread goes on.
		}
	}

	/**
	 * Runs on the timer's own thread: must not block. Where it throws, that is reported
	 * once until it succeeds, and it is run again all the same.
	 */
	public Future<?> every(Duration period, Runnable task) {
		return this.timer.scheduleWithFixedDelay(new Periodic(task), period.toNanos(), period.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/** Runs on the timer's own thread: must not block. */
	public Future<?> after(long millis, Runnable task) {
		return this.timer.schedule(() -> runGuarded(task), millis, TimeUnit.MILLISECONDS);
	}

	/**
	 * A thread that an error has ended where none could be made is made again. For
	 * whoever lives elsewhere and looks after the timer.
	 */
	public void revive() {
		if (!this.timer.isShutdown()) {
			this.timer.prestartCoreThread();
		}
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.pool.shutdown();
		this.bulk.shutdown();
		this.told.shutdown();
	}

	/** What throws would not be run again, and nobody would know. */
	private static final class Periodic implements Runnable {

		private final Runnable task;

		private boolean failing;

		Periodic(Runnable task) {
			this.task = task;
		}

		@Override
		public void run() {
			try {
				this.task.run();
				this.failing = false;
			}
			catch (Throwable ex) {
				if (!this.failing) {
					this.failing = true;
					report("What the queues do now and then failed; it goes on, and is reported again when it has "
							+ "succeeded in between", ex);
				}
			}
		}

	}

}
