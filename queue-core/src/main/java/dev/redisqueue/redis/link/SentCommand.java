package dev.redisqueue.redis.link;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A command under way.
 *
 * @param <R> the type of its reply
 * @param connection over which it was sent
 * @param reply its reply
 * @param time when it was sent, by the local monotonic clock
 * @param deadline when the reply is overdue
 */
public record SentCommand<R>(OpenConnection connection, CompletableFuture<R> reply, long time, long deadline) {

	/** How long it has been under way, in nanoseconds. */
	public long age() {
		return System.nanoTime() - this.time;
	}

	/** Why no reply will come, or {@code null} where it has come or may yet. */
	public @Nullable Throwable failure() {
		return this.reply.isDone() ? this.reply.handle((value, failure) -> failure).join() : null;
	}

}
