package dev.redisqueue.redis.put;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueException;
import dev.redisqueue.RedisQueue;

import static org.assertj.core.api.Assertions.assertThat;

/** A put on a thread of its own; its outcome is whether the thread is interrupted. */
final class Putting {

	final String id;

	final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

	final Thread thread;

	Putting(RedisQueue<String> queue, String id, int size, boolean interrupted) {
		this.id = id;
		this.thread = new Thread(() -> {
			try {
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
				put(queue, id, size);
				this.outcome.complete(Thread.currentThread().isInterrupted());
			}
			catch (Throwable ex) {
				this.outcome.completeExceptionally(ex);
			}
		});
		this.thread.setDaemon(true);
		this.thread.start();
	}

	boolean waits() {
		return LockSupport.getBlocker(this.thread) instanceof CombinedPuts;
	}

	Throwable failure() {
		return this.outcome.handle((flag, ex) -> ex).orTimeout(60, TimeUnit.SECONDS).join();
	}

	void assertFailedWith(Class<? extends QueueException> type) {
		assertThat(failure()).isInstanceOfSatisfying(type, (failure) -> {
			assertThat(failure.messageId()).contains(this.id);
			assertThat(failure).hasMessageContaining("message " + this.id + " ");
		});
	}

	static void put(RedisQueue<String> queue, String id, int size) {
		queue.put(id + " " + "x".repeat(size), PutOptions.create().id(id));
	}

}
