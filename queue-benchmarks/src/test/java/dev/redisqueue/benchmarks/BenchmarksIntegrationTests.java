package dev.redisqueue.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.redisqueue.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The benchmarks run from their jar. Nothing is judged by time.
 */
class BenchmarksIntegrationTests {

	/** One of each kind, but for the one that starts five JVMs. */
	private static final String CASES = "--cases=put-16,put-all,get,listen-8,put-and-listen,latency,cost-listen-8,"
			+ "put-10k,format-listen,delayed,backlog,queues,allocation,idle,memory,aof-put";

	@Test
	void aRunCanHaveABusyMachineAndALongWayToRedisAroundIt(@TempDir Path directory) throws Exception {
		try (ChildJvm run = ChildJvm.ofJar(Path.of("target", "queue-benchmarks.jar"))
			.in(directory)
			.start("--smoke", "--cases=latency", "--peers=none", "--busy=1", "--away=2000")) {
			String output = run.awaitEnd(Duration.ofMinutes(2));
			assertThat(run.exitCode(Duration.ZERO)).as(output).isZero();
			assertThat(output).contains(", beside 1 busy loops, 2000 µs there and back");
		}
		String results = Files.readString(directory.resolve("target/benchmarks.json"));
		double fastest = JsonMapper.builder().build().readTree(results).get(0).get("min").asDouble();
		assertThat(fastest).as("the wait ends, and a take is there and back: three ways").isGreaterThan(3000);
	}

	@Test
	void aSmokeRunWritesATableAndAFile(@TempDir Path directory) throws Exception {
		String output;
		try (ChildJvm run = ChildJvm.ofJar(Path.of("target", "queue-benchmarks.jar"))
			.in(directory)
			.start("--smoke", CASES)) {
			output = run.awaitEnd(Duration.ofMinutes(2));
			assertThat(run.exitCode(Duration.ZERO)).as(output).isZero();
		}
		assertThat(output).contains("SMOKE: too short to be quoted")
			.contains("| put, threads: 16 | RedisQueue |")
			.contains("| putAll of 100, threads: 1 | by hand (Lettuce) |")
			.contains("| take + ack by a listener, concurrency: 8 | Redisson RBlockingQueue |")
			.contains("| take + ack by a listener, concurrency: 8 | Spring stream container |")
			.contains(
					"| cost of take + ack by a listener of concurrency 8: processor time of this JVM | streams by hand |")
			.contains("| idle latency, put to handler: p99.9 | Spring Integration |")
			.contains("| idle listener, lease of 30 s: sent by the listener | RedisQueue |")
			.contains("| put from 16 threads, by persistence | AOF, always |")
			.contains("| memory of Redis for a message: MEMORY USAGE of the list | raw |");
		assertThat(Files.readString(directory.resolve("target/benchmarks.json"))).contains("\"case\"")
			.contains("\"ratio_to_ours\"");
	}

}
