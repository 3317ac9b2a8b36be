package dev.redisqueue.listener;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A thread of a listener: handles what is there, and polls when it is its turn.
 *
 * @param <T> the type of the payload
 */
final class Worker<T> implements Runnable {

	private static final Logger logger = ListenerLog.LOGGER;

	private final ListenerRun<T> run;

	private volatile @Nullable Execution<T> current;

	private volatile @Nullable Thread thread;

	private volatile boolean retired;

	Worker(ListenerRun<T> run) {
		this.run = run;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		try {
			while (!this.retired) {
				List<TakenDelivery<T>> work = this.run.backlog().next();
				if (work == null) {
					return;
				}
				if (work.isEmpty()) {
					LoggingContext.clear();
					this.run.poller().poll();
				}
				else {
					this.run.handlerCall().run(work, this);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("A worker was interrupted", ex);
		}
		finally {
			this.run.ended(this);
		}
	}

	boolean isOn(Thread other) {
		return this.thread == other;
	}

	/** What it handles; {@code null} for nothing. */
	void handles(@Nullable Execution<T> execution) {
		this.current = execution;
	}

	/** What it handles, or {@code null}. */
	@Nullable Execution<T> current() {
		return this.current;
	}

	/** Its thread is stuck in a handler; another worker takes its place. */
	void retire() {
		this.retired = true;
	}

	boolean isRetired() {
		return this.retired;
	}

}
