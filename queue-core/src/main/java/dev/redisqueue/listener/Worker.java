package dev.redisqueue.listener;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A thread of a listener: handles what is there, and polls when it is its turn.
 *
 * @param <T> the type of the payload
 */
final class Worker<T> implements Runnable, HandlerCall.Caller<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	private final Backlog<T> backlog;

	private final Poller<T> poller;

	private final HandlerCall<T> handlerCall;

	private final Consumer<Worker<T>> onEnd;

	private volatile @Nullable Execution<T> current;

	private volatile @Nullable Thread thread;

	private volatile boolean retired;

	/**
	 * Creates it.
	 * @param onEnd told when its thread ends, whatever it dies of
	 */
	Worker(Backlog<T> backlog, Poller<T> poller, HandlerCall<T> handlerCall, Consumer<Worker<T>> onEnd) {
		this.backlog = backlog;
		this.poller = poller;
		this.handlerCall = handlerCall;
		this.onEnd = onEnd;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		try {
			while (!this.retired) {
				List<TakenDelivery<T>> work = this.backlog.next();
				if (work == null) {
					return;
				}
				if (work.isEmpty()) {
					LoggingContext.clear();
					this.poller.poll();
				}
				else {
					this.handlerCall.run(work, this);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("A worker was interrupted", ex);
		}
		finally {
			this.onEnd.accept(this);
		}
	}

	boolean isOn(Thread other) {
		return this.thread == other;
	}

	@Override
	public void handles(@Nullable Execution<T> execution) {
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

	@Override
	public boolean isRetired() {
		return this.retired;
	}

}
