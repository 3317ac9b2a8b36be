package dev.redisqueue.redis.put;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The puts of one Spring transaction, of all queues, in the order of their calls: sent
 * when it has committed, dropped when it has not. Belongs to the thread of the
 * transaction, which sends them.
 */
final class AfterCommit implements TransactionSynchronization {

	private static final Logger logger = LoggerFactory.getLogger(AfterCommit.class);

	private final List<Put> puts = new ArrayList<>();

	/** How many puts came before a savepoint. */
	private final Map<Object, Integer> savepoints = new IdentityHashMap<>();

	private boolean committed;

	private AfterCommit() {
	}

	/** Whether this thread is within a transaction. */
	static boolean isDue() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	/**
	 * Sends when the transaction of this thread has committed; at once where it has.
	 * @param queue the name of the queue
	 * @param what what is sent, for the log
	 * @param send sends it
	 */
	static void send(String queue, String what, Runnable send) {
		AfterCommit current = current();
		if (current.committed) {
			send.run();
		}
		else {
			current.puts.add(new Put(queue, what, send));
		}
	}

	/** Those of a suspended transaction are suspended with it. */
	private static AfterCommit current() {
		for (TransactionSynchronization one : TransactionSynchronizationManager.getSynchronizations()) {
			if (one instanceof AfterCommit current) {
				return current;
			}
		}
		AfterCommit current = new AfterCommit();
		TransactionSynchronizationManager.registerSynchronization(current);
		return current;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.puts.size());
	}

	/** A savepoint that is not known was set before the first put. */
	@Override
	public void savepointRollback(Object savepoint) {
		this.puts.subList(this.savepoints.getOrDefault(savepoint, 0), this.puts.size()).clear();
	}

	/** What is thrown here reaches whoever committed. */
	@Override
	public void afterCommit() {
		this.committed = true;
		Throwable failure = sendAll();
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
	}

	/**
	 * Where other code puts after the commit, and nothing had been put before it,
	 * {@link #afterCommit()} is not called any more: what is left is sent here.
	 */
	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			this.committed = true;
			sendAll();
			return;
		}
		if (status == STATUS_UNKNOWN) {
			this.puts.forEach((put) -> logger
				.error("Queue {}: {} was not put, since nobody knows whether its transaction has committed. Look "
						+ "whether it has, and put it again then", put.queue(), put.what()));
		}
		this.puts.clear();
	}

	/** Sends all, whatever fails; returns the first failure with the others in it. */
	private @Nullable Throwable sendAll() {
		Throwable first = null;
		List<Put> due = List.copyOf(this.puts);
		// Whatever is thrown from here, none is sent twice.
		this.puts.clear();
		for (Put put : due) {
			try {
				put.send().run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("Queue {}: {} was to be put after its transaction, which has committed: {}", put.queue(),
						put.what(), ex.getMessage());
				if (first == null) {
					first = ex;
				}
				else {
					first.addSuppressed(ex);
				}
			}
		}
		return first;
	}

	/**
	 * One call of a put.
	 *
	 * @param queue the name of the queue
	 * @param what what is sent, for the log
	 * @param send sends it
	 */
	private record Put(String queue, String what, Runnable send) {
	}

}
