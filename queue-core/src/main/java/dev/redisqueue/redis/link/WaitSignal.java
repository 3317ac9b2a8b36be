package dev.redisqueue.redis.link;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets threads wait without Redis, and wakes all that do.
 */
public final class WaitSignal {

	private CompletableFuture<Void> next = new CompletableFuture<>();

	/** Wakes who waits. */
	public void signal() {
		CompletableFuture<Void> current;
		synchronized (this) {
			current = this.next;
			this.next = new CompletableFuture<>();
		}
		current.complete(null);
	}

	/** Completes with the next signal. */
	public synchronized CompletableFuture<Void> next() {
		return this.next;
	}

	/** Waits for the next signal, so many nanoseconds at most. */
	public void await(long nanos) throws InterruptedException {
		await(next(), nanos);
	}

	/** Waits for a signal that was {@link #next() asked for}, so long at most. */
	public static void await(CompletableFuture<Void> signal, long nanos) throws InterruptedException {
		try {
			signal.get(nanos, TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			// What it waited for.
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
