package dev.redisqueue.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls that block, on threads of their own. */
public final class Async {

	private Async() {
	}

	public static <R> CompletableFuture<R> call(Callable<R> call) {
		CompletableFuture<R> future = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				future.complete(call.call());
			}
			catch (Throwable ex) {
				future.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return future;
	}

	/** Waits for the call to end, and returns what it threw, or {@code null}. */
	public static Throwable failure(CompletableFuture<?> call) {
		return call.handle((value, ex) -> ex).orTimeout(60, TimeUnit.SECONDS).join();
	}

}
