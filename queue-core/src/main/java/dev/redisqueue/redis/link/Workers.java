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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of a factory: one that only tells the time, and a few that do the work.
 * What waits for Redis never holds up the clock of another queue.
 */
public final class Workers implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Workers.class);

	private static final int MOST = 8;

	private final ScheduledThreadPoolExecutor timer;

	private final ThreadPoolExecutor pool;

	public Workers() {
		this.timer = new ScheduledThreadPoolExecutor(1, daemon("redis-queue-timer-"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.pool = new ThreadPoolExecutor(MOST, MOST, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				daemon("redis-queue-"));
		this.pool.allowCoreThreadTimeOut(true);
	}

	private static ThreadFactory daemon(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	@Override
	public void execute(Runnable task) {
		try {
			this.pool.execute(() -> runGuarded(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The queues are closed", ex);
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
		try {
			execute(() -> {
				try {
					task.run();
				}
				finally {
					turn.set(false);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			turn.set(false);
			throw ex;
		}
	}

	private static void runGuarded(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			logger.warn("A task of the queues failed", ex);
		}
	}

	/** Runs on the timer's own thread: must not block. */
	public Future<?> every(Duration period, Runnable task) {
		// What throws would not be run again, and nobody would know.
		return this.timer.scheduleWithFixedDelay(() -> runGuarded(task), period.toNanos(), period.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/** Runs on the timer's own thread: must not block. */
	public Future<?> after(long millis, Runnable task) {
		return this.timer.schedule(task, millis, TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.pool.shutdown();
	}

}
