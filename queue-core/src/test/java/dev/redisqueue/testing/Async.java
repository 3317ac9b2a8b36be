package dev.redisqueue.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

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

}
