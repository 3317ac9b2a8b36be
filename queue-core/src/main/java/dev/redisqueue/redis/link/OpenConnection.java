package dev.redisqueue.redis.link;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.springframework.data.redis.connection.RedisConnection;

/**
 * A connection, with the commands that go over it: asked for them once it is closed,
 * Spring would open another one.
 *
 * @param connection the connection
 * @param commands its commands
 * @param since when it was opened, by the local monotonic clock
 * @param odd whether a reply over it could not be read: Lettuce goes on with the rest of
 * that reply as the next one, so that no reply is believed from then on
 */
public record OpenConnection(RedisConnection connection, RedisClusterAsyncCommands<byte[], byte[]> commands, long since,
		AtomicBoolean odd) implements AutoCloseable {

	@SuppressWarnings("unchecked") // Spring's native connection is of the byte[] codec.
	static OpenConnection of(RedisConnection connection) {
		return new OpenConnection(connection,
				(RedisClusterAsyncCommands<byte[], byte[]>) connection.getNativeConnection(), System.nanoTime(),
				new AtomicBoolean());
	}

	/**
	 * Looks at a reply when it comes, before any later one does. Needs no memory then:
	 * that there is none is the usual reason why a reply cannot be read.
	 * @return a future that is done when that is done, and fails where the reply is not
	 * to be believed
	 */
	public <R> CompletableFuture<R> watched(CompletableFuture<R> reply) {
		return reply.whenComplete((value, failure) -> {
			if (failure != null && isOdd(failure)) {
				this.odd.set(true);
			}
			else if (failure == null && this.odd.get()) {
				throw new IllegalStateException(
						"a reply before this one could not be read, so that it may be another command's");
			}
		});
	}

	/** Everything else is known to end the connection, or to have read the reply. */
	private static boolean isOdd(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return !(cause instanceof RedisException || cause instanceof IOException
				|| cause instanceof CancellationException || cause instanceof TimeoutException);
	}

	/** Whether no reply over it is to be believed any more. */
	public boolean isOdd() {
		return this.odd.get();
	}

	@Override
	public void close() {
		this.connection.close();
	}

}
