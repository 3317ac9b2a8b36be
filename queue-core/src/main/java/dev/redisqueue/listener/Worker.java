package dev.redisqueue.listener;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A thread of a listener: handles what is there, and of one queue takes when it is its
 * turn.
 *
 * @param <T> the type of the payload
 */
final class Worker<T> implements Runnable, HandlerCall.Caller<T> {

	private final Backlog<T> backlog;

	private final Fetcher<T> fetcher;

	private final HandlerCall<T> handlerCall;

	private final Mishaps mishaps;

	private final Consumer<Worker<T>> onEnd;

	private volatile @Nullable Execution<T> current;

	private volatile @Nullable Thread thread;

	private volatile boolean retired;

	/**
	 * Creates it.
	 * @param fetcher takes when it is its turn
	 * @param mishaps told what fails
	 * @param onEnd told when its thread ends, whatever it dies of
	 */
	Worker(Backlog<T> backlog, Fetcher<T> fetcher, HandlerCall<T> handlerCall, Mishaps mishaps,
			Consumer<Worker<T>> onEnd) {
		this.backlog = backlog;
		this.fetcher = fetcher;
		this.handlerCall = handlerCall;
		this.mishaps = mishaps;
		this.onEnd = onEnd;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		try {
			while (!this.retired && !isThrough()) {
				// Until it is.
			}
		}
		finally {
			this.onEnd.accept(this);
		}
	}

	private boolean isThrough() {
		try {
			List<TakenDelivery<T>> work = this.backlog.next();
			if (work == null) {
				return true;
			}
			if (work.isEmpty()) {
				this.fetcher.takeTurn();
			}
			else {
				this.handlerCall.run(work, this);
			}
		}
		catch (InterruptedException ex) {
			// One that a handler left behind: whoever ends this thread closes the
			// backlog.
		}
		catch (Throwable ex) {
			this.mishaps.report("a thread for handlers", ex);
			NoMemory.pause();
		}
		return false;
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
