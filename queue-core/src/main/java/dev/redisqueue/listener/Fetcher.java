package dev.redisqueue.listener;

import java.util.List;

import org.slf4j.Logger;

/**
 * Takes for a listener: from one queue as the worker whose turn it is, which waits in
 * Redis too; from each of several on a thread of its own, whose waits take nothing, so
 * that no message is taken out of turn.
 *
 * @param <T> the type of the payload
 */
final class Fetcher<T> {

	private static final Logger logger = ListenerLog.LOGGER;

	private final Backlog<T> backlog;

	private final Settlements<T> settlements;

	private final Source<T> source;

	private final Mishaps mishaps;

	/**
	 * Creates it for one queue.
	 * @param backlog gets what is taken
	 * @param settlements has go back what nobody is to get
	 * @param mishaps told what fails
	 */
	Fetcher(Backlog<T> backlog, Settlements<T> settlements, Mishaps mishaps) {
		this.backlog = backlog;
		this.settlements = settlements;
		this.source = settlements.source();
		this.mishaps = mishaps;
	}

	/** Takes once, as the worker whose turn it is. */
	void takeTurn() {
		List<TakenDelivery<T>> brought = List.of();
		try {
			boolean wait = this.backlog.isStarved();
			brought = this.source.take(this.backlog.wanted(), wait ? this::mayWait : null);
		}
		finally {
			deliver(brought);
		}
	}

	private boolean mayWait() {
		return this.backlog.mayWait(this.source);
	}

	/** Takes whenever it is this queue's turn among several, until the end. */
	void run() {
		while (true) {
			try {
				if (!isThrough()) {
					continue;
				}
				return;
			}
			catch (InterruptedException ex) {
				logger.debug("An interrupt that came too late for its wait", ex);
			}
			catch (Throwable ex) {
				this.mishaps.report("taking from queue " + this.source.queue().name(), ex);
				NoMemory.pause();
			}
		}
	}

	private boolean isThrough() throws InterruptedException {
		int wanted = this.backlog.awaitTurn(this.source);
		if (wanted == 0) {
			this.source.awaitReady(this::mayWait);
			this.backlog.mayHaveMore(this.source);
		}
		else if (wanted > 0) {
			List<TakenDelivery<T>> brought = List.of();
			try {
				brought = this.source.take(wanted, null);
			}
			finally {
				deliver(brought);
			}
		}
		return wanted < 0;
	}

	/** Nobody else knows of what was taken. */
	private void deliver(List<TakenDelivery<T>> brought) {
		boolean delivered = false;
		boolean kept = false;
		while (!delivered) {
			try {
				kept = this.backlog.brought(this.source, brought);
				delivered = true;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
		}
		while (!kept) {
			try {
				this.settlements.recall();
				kept = true;
			}
			catch (OutOfMemoryError ex) {
				NoMemory.pause();
			}
		}
	}

}
