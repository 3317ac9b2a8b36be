package dev.redisqueue.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The benchmarks run from their jar. Nothing is judged by time.
 */
class BenchmarksIntegrationTests {

	/** One of each kind, but for the one that starts five JVMs. */
	private static final String CASES = "--cases=put-16,put-all,get,listen-8,put-and-listen,latency,cost-listen-8,"
			+ "put-10k,format-listen,delayed,backlog,queues,allocation,idle,memory,aof-put";

	@Test
	void aSmokeRunWritesATableAndAFile(@TempDir Path directory) throws Exception {
		Process run = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
				Path.of("target", "queue-benchmarks.jar").toAbsolutePath().toString(), "--smoke", CASES)
			.directory(directory.toFile())
			.redirectOutput(directory.resolve("out").toFile())
			.redirectError(directory.resolve("err").toFile())
			.start();
		assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assertThat(run.exitValue()).as(Files.readString(directory.resolve("err"))).isZero();
		assertThat(Files.readString(directory.resolve("out"))).contains("SMOKE: too short to be quoted")
			.contains("| put, threads: 16 | RedisQueue |")
			.contains("| putAll of 100, threads: 1 | by hand (Lettuce) |")
			.contains("| take + ack by a listener, concurrency: 8 | Redisson RBlockingQueue |")
			.contains("| take + ack by a listener, concurrency: 8 | Spring stream container |")
			.contains("| idle latency, put to handler: p99.9 | Spring Integration |")
			.contains("| idle listener, lease of 30 s: sent by the listener | RedisQueue |")
			.contains("| put from 16 threads, by persistence | AOF, always |")
			.contains("| memory of Redis for a message: MEMORY USAGE of the list | raw |");
		assertThat(Files.readString(directory.resolve("target/benchmarks.json"))).contains("\"case\"")
			.contains("\"ratio_to_ours\"");
	}

}
