package dev.redisqueue.benchmarks;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Runs the cases at a Redis of its own and writes a Markdown table to the console and
 * {@code target/benchmarks.json}. With {@code --quick} few and short rounds, which prove
 * that it runs and nothing else; {@code --redis=host:port} takes a Redis that is there.
 */
final class Benchmarks {

	private Benchmarks() {
	}

	public static void main(String[] args) throws Exception {
		List<String> options = Arrays.asList(args);
		boolean quick = options.contains("--quick");
		Optional<String> given = options.stream()
			.filter((option) -> option.startsWith("--redis="))
			.map((option) -> option.substring("--redis=".length()))
			.findFirst();
		Optional<Path> system = systemServer();
		if (System.getProperty("redis.binary", "").isEmpty()) {
			system.ifPresent((path) -> System.setProperty("redis.binary", path.toString()));
		}
		if (given.isPresent()) {
			run(given.get(), "the Redis at " + given.get(), quick);
			return;
		}
		try (RedisInstance redis = RedisInstance.start()) {
			run(redis.host() + ":" + redis.port(), system.map((path) -> "a " + path + " of its own")
				.orElse("the embedded Redis, whose allocator is slow"), quick);
		}
	}

	/** The embedded binary's allocator is 2 to 3 times slower under pipelined load. */
	private static Optional<Path> systemServer() {
		return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "redis-server"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private static void run(String address, String server, boolean quick) throws Exception {
		String host = address.substring(0, address.lastIndexOf(':'));
		int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
		LettuceConnectionFactory connectionFactory = new LettuceConnectionFactory(host, port);
		connectionFactory.afterPropertiesSet();
		RedisClient client = RedisClient.create("redis://" + address);
		List<Result> results = new ArrayList<>();
		try (RedisQueueFactory factory = new RedisQueueFactory(connectionFactory);
				StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
			Runner runner = new Runner(quick ? 3 : 9);
			for (Case measured : new Cases(factory, connection.sync()).all(quick ? 10 : 1)) {
				results.addAll(runner.run(measured));
			}
		}
		finally {
			client.shutdown();
			connectionFactory.destroy();
		}
		print(results, server, quick);
		Path json = Files.createDirectories(Path.of("target")).resolve("benchmarks.json");
		JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), results);
		System.out.println("\nWritten to " + json);
	}

	private static void print(List<Result> results, String server, boolean quick) {
		System.out.printf("At %s, Java %s, %d processors%s.%n%n", server, Runtime.version().feature(),
				Runtime.getRuntime().availableProcessors(), quick ? "; QUICK: no measurement" : "");
		System.out.println("| case | subject | a second: median (min to max) | ratio to ours: median (min to max) |");
		System.out.println("|---|---|---|---|");
		for (Result result : results) {
			System.out.printf(Locale.ROOT, "| %s | %s | %,.0f (%,.0f to %,.0f) %ss | %.2f (%.2f to %.2f) |%n",
					result.caseName(), result.subject(), result.median(), result.min(), result.max(), result.unit(),
					result.ratioToOurs(), result.ratioMin(), result.ratioMax());
		}
	}

}
