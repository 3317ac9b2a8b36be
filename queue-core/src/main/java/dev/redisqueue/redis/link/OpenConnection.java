package dev.redisqueue.redis.link;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.springframework.data.redis.connection.RedisConnection;

/**
 * A connection, with the commands that go over it: asked for them once it is closed,
 * Spring would open another one.
 *
 * @param connection the connection
 * @param commands its commands
 * @param since when it was opened, by the local monotonic clock
 */
public record OpenConnection(RedisConnection connection, RedisClusterAsyncCommands<byte[], byte[]> commands,
		long since) implements AutoCloseable {

	@SuppressWarnings("unchecked") // Spring's native connection is of the byte[] codec.
	static OpenConnection of(RedisConnection connection) {
		return new OpenConnection(connection,
				(RedisClusterAsyncCommands<byte[], byte[]>) connection.getNativeConnection(), System.nanoTime());
	}

	@Override
	public void close() {
		this.connection.close();
	}

}
