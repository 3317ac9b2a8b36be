package dev.redisqueue.listener;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.listener.ChaosProcess.Acknowledging;
import dev.redisqueue.testing.HistoryCheck.Verdict;
import dev.redisqueue.testing.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consumer processes are killed, stopped past their lease, and replaced, under load; what
 * they wrote down is checked against what was put and what Redis still holds.
 */
@Tag("faults")
@Timeout(300)
@Execution(ExecutionMode.SAME_THREAD)
class ChaosIntegrationTests {

	@TempDir
	private Path directory;

	private final long seed = Long.getLong("chaos.seed", ThreadLocalRandom.current().nextLong());

	@Test
	void killedAndStoppedProcessesLoseNothingAndWhoeverLostItsLeaseAcknowledgesNothing() throws Exception {
		int faults = Scale.of(1, 2);
		int messages = Scale.of(5000, 100_000);
		Verdict verdict = faults(Acknowledging.IN_HANDLER, faults, messages);
		assertThat(verdict.notOurs()).as("acknowledgements of a zombie").isGreaterThanOrEqualTo(faults);
	}

	@Test
	void soItIsWhereReturningAcknowledges() throws Exception {
		faults(Acknowledging.BY_RETURN, 1, Scale.of(5000, 20_000));
	}

	/**
	 * Constant small trouble is no outage: whoever has it recovers others all the same.
	 */
	@Test
	void soItIsWhereRedisStandsStillForAMomentAgainAndAgain() throws Exception {
		int messages = Scale.of(5000, 20_000);
		try (ChaosRun run = new ChaosRun(this.directory, Acknowledging.IN_HANDLER, ChaosRun.LEASE, this.seed,
				messages / 3)) {
			Verdict verdict = run.withStalls().faults(1);
			report("chaos, with stalls, recovered after " + run.longestRecovery().toMillis() + " ms", verdict);
			assertThat(verdict.violations()).as("seed %d: %s", this.seed, verdict).isEmpty();
			assertThat(verdict.lost()).isZero();
			assertThat(run.longestRecovery()).isLessThan(ChaosRun.LEASE.multipliedBy(2));
		}
	}

	private Verdict faults(Acknowledging acknowledging, int times, int messages) throws Exception {
		int perRound = messages / (2 * times + 1);
		try (ChaosRun run = new ChaosRun(this.directory, acknowledging, ChaosRun.LEASE, this.seed, perRound)) {
			Verdict verdict = run.faults(times);
			report("chaos, " + acknowledging, verdict);
			int put = perRound * (2 * times + 1);
			assertThat(verdict.violations()).as("seed %d: %s", this.seed, verdict).isEmpty();
			assertThat(verdict.toString())
				.startsWith("attempted=%d ok=%d unknown=0 lost=0 unexpected=0 ".formatted(put, put));
			assertThat(verdict.duplicated()).as("hit with a message in hand").isGreaterThanOrEqualTo(2 * times);
			return verdict;
		}
	}

	/** A check that never fails proves nothing: without a lease the same faults lose. */
	@Test
	void aPlainPopLosesWhatTheSameFaultsHit() throws Exception {
		try (ChaosRun run = new ChaosRun(this.directory, Acknowledging.NEVER, ChaosRun.LEASE, this.seed, 500)) {
			Verdict verdict = run.faults(1);
			report("chaos, a plain BLPOP", verdict);
			assertThat(verdict.lost()).isPositive();
			assertThat(verdict.violations()).hasSize(verdict.lost())
				.allSatisfy((text) -> assertThat(text).contains("is lost"));
		}
	}

	@Test
	void row55rollingRestartsLoseNothingAndDoNothingTwice() throws Exception {
		int perRound = Scale.of(1000, 10_000);
		// Nobody waits for the lease to run out here, and nobody should see it happen.
		Duration lease = QueueOptions.DEFAULT_LEASE;
		try (ChaosRun run = new ChaosRun(this.directory, Acknowledging.BY_RETURN, lease, this.seed, perRound)) {
			Verdict verdict = run.restarts(5);
			report("five rolling restarts", verdict);
			assertThat(verdict.violations()).as("seed %d: %s", this.seed, verdict).isEmpty();
			int put = 5 * perRound;
			assertThat(verdict).hasToString(
					"attempted=%d ok=%d unknown=0 lost=0 unexpected=0 duplicated=0 recovered=0".formatted(put, put));
		}
	}

	private static void report(String what, Verdict verdict) {
		Scale.measured("%s: %s", what, verdict);
	}

}
