package dev.redisqueue.benchmarks;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of a run: the system's own where there is one, since the allocator of the
 * embedded binary is two to three times slower under pipelined load.
 *
 * @param uri where it answers
 * @param description which one it is
 * @param owned what has to be closed, where it was started for the run
 */
record Server(RedisURI uri, String description, @Nullable RedisInstance owned) implements AutoCloseable {

	static Server at(String address) {
		return new Server(RedisURI.create("redis://" + address), "the server at " + address, null);
	}

	/** For all servers that this JVM starts. */
	static void preferSystemBinary() {
		if (binary().isEmpty()) {
			onPath().ifPresent((path) -> System.setProperty("redis.binary", path.toString()));
		}
	}

	static Server start() {
		RedisInstance instance = RedisInstance.start();
		return new Server(RedisURI.create(instance.host(), instance.port()),
				binary().isEmpty() ? "the embedded redis-server (there is none on the path)" : binary(), instance);
	}

	private static String binary() {
		return System.getProperty("redis.binary", "");
	}

	private static Optional<Path> onPath() {
		return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "redis-server"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	@Override
	public void close() {
		if (this.owned != null) {
			this.owned.close();
		}
	}

}
