package dev.redisqueue.boot.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Set;
import java.util.stream.Collectors;

import dev.redisqueue.testing.ChildJvm;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * No way for a JVM to end leaves a server behind, SIGKILL excepted; and the server is
 * there until the application is through.
 */
@Execution(ExecutionMode.CONCURRENT)
class EmbeddedRedisExitIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@ParameterizedTest
	@ValueSource(strings = { "close", "return", "exit", "exit-without-hook" })
	void theServerEndsWithTheProgramAfterTheApplication(String end) throws InterruptedException {
		try (ChildJvm program = ChildJvm.of(ExitProgram.class).start(end)) {
			long pid = Long.parseLong(program.await("PID ", SOON));
			assertThat(program.awaitEnd(SOON)).contains("READY").contains("GOODBYE 1");
			assertEnded(pid);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "wait", "wait-without-hook" })
	void theServerEndsOnSigtermAfterTheApplication(String end) throws InterruptedException {
		try (ChildJvm program = ChildJvm.of(ExitProgram.class).start(end)) {
			long pid = Long.parseLong(program.await("PID ", SOON));
			program.await("READY", SOON);
			program.terminate();
			assertThat(program.awaitEnd(SOON)).contains("GOODBYE 1");
			assertEnded(pid);
		}
	}

	@Test
	void theServerOutlivesCtrlCInTheTerminalUntilTheApplicationIsThrough() throws IOException, InterruptedException {
		assumeThat(Path.of("/usr/bin/setsid")).isExecutable();
		assumeThat(ignoredSignals()).as("the JVM heeds SIGINT").doesNotContain(2);
		try (ChildJvm program = ChildJvm.of(ExitProgram.class).asGroup().start("wait")) {
			long pid = Long.parseLong(program.await("PID ", SOON));
			program.await("READY", SOON);
			program.interruptGroup();
			assertThat(program.awaitEnd(SOON)).contains("GOODBYE 1");
			assertEnded(pid);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "failure", "exit-in-start" })
	void theServerEndsWhereTheStartDoesNotComplete(String end) throws InterruptedException {
		try (ChildJvm program = ChildJvm.of(ExitProgram.class).start(end)) {
			long pid = Long.parseLong(program.await("PID ", SOON));
			assertThat(program.awaitEnd(SOON)).doesNotContain("READY");
			assertEnded(pid);
		}
	}

	/**
	 * What a process started in the background of a script ignores, so do its children.
	 */
	private static Set<Integer> ignoredSignals() throws IOException {
		String mask = Files.readAllLines(Path.of("/proc/self/status"))
			.stream()
			.filter((line) -> line.startsWith("SigIgn:"))
			.findFirst()
			.orElseThrow()
			.substring("SigIgn:".length())
			.strip();
		BitSet signals = BitSet.valueOf(new long[] { Long.parseUnsignedLong(mask, 16) });
		return signals.stream().mapToObj((bit) -> bit + 1).collect(Collectors.toSet());
	}

	private static void assertEnded(long pid) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
	}

}
