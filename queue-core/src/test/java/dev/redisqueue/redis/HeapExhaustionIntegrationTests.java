package dev.redisqueue.redis;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The heap of a process is exhausted at random moments of a mixed load. When it is free
 * again, all verbs work within 10 s, nothing is lost, no thread is missing, the lease of
 * what is in hand was kept, and nothing stays on loan without an owner.
 */
@Tag("faults")
@Timeout(120)
class HeapExhaustionIntegrationTests {

	private static final int SEEDS = Scale.of(3, 20);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@ParameterizedTest
	@MethodSource
	void whatRanOutOfMemoryWorksAgain(long seed) throws Exception {
		ChildJvm child = this.fixture.child(HeapProcess.class, List.of("-Xmx48m", "-Xss512k"),
				this.fixture.server().port(), this.fixture.name(), seed);
		String result = child.await("result ", Duration.ofSeconds(110));
		assertThat(result).as("seed %d: %s", seed, String.join("\n", child.lines())).isEqualTo("held");
		this.fixture.checkInvariants(this.fixture.name() + "-got");
	}

	static LongStream whatRanOutOfMemoryWorksAgain() {
		return LongStream.rangeClosed(1, Long.getLong("heap.seeds", SEEDS));
	}

}
