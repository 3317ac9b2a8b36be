package dev.redisqueue.redis.store;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

import dev.redisqueue.redis.Wire;
import dev.redisqueue.testing.RedisInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The storage protocol under attack. {@code -Dmodel.seeds=200} runs more seeds,
 * {@code -Dmodel.steps=5000} longer ones, {@code -Dmodel.seed=N} one alone,
 * {@code -Dmodel.check-every=1} compares after every step instead of every third, and
 * {@code -Dmodel.control-seeds=100} counts how many seeds fail without each mend.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ModelIntegrationTests {

	private static final int STEPS = Integer.getInteger("model.steps", 1000);

	/** Every mend is missed by one of 10 seeds on average; the first failure suffices. */
	private static final int CONTROL_SEEDS = 100;

	private static RedisInstance redis;

	@BeforeAll
	static void start() {
		redis = RedisInstance.start();
	}

	@AfterAll
	static void stop() {
		redis.close();
	}

	@Test
	void nothingIsLostNorDoubledNorStranded() {
		Long one = Long.getLong("model.seed");
		int seeds = Integer.getInteger("model.seeds", 40);
		Set<String> reached = new TreeSet<>();
		Map<Long, String> failures = failures((one != null) ? LongStream.of(one) : LongStream.range(0, seeds),
				ModelFeatures::of, reached);
		assertThat(failures).isEmpty();
		if (one == null && seeds >= 20) {
			// A generator that does not get there proves nothing.
			assertThat(reached).contains("TAKE OK", "TAKE LOST", "TAKE STALE", "TAKE PAUSED", "TAKE_DUE OK",
					"TAKE_DUE LOST", "TAKE_DUE PAUSED", "REGISTER 1", "HEARTBEAT -1", "ADOPT 1", "BEGIN 0", "BEGIN 1",
					"FENCE OK", "FENCE ALIVE", "FENCE BUSY", "FENCE GONE", "FINISH 0", "FINISH 1", "ACK 0", "ACK 1",
					"RELEASE 0", "RELEASE 1", "RETRY 0", "RETRY 1", "BURY 0", "BURY 1", "PUT_UNIQUE 0", "PUT_UNIQUE 1",
					"PUT_UNIQUE 2", "REDRIVE 0", "REDRIVE 3");
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1 })
	void sameSeedDoesTheSameTwice(long seed) {
		assertThat(ModelRun.run(redis, seed, STEPS, ModelFeatures.of(seed)))
			.isEqualTo(ModelRun.run(redis, seed, STEPS, ModelFeatures.of(seed)));
	}

	@ParameterizedTest
	@EnumSource
	void withoutAMendSomeSeedFails(Mend mend) {
		assertThat(LongStream.range(0, CONTROL_SEEDS)
			.anyMatch((seed) -> failure(seed, ModelFeatures.without(mend, seed), new TreeSet<>()) != null)).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	@EnabledIfSystemProperty(named = "model.control-seeds", matches = "\\d+")
	void countFailingSeedsWithoutAMend(Mend mend) {
		int seeds = Integer.getInteger("model.control-seeds");
		Set<Long> failing = failures(LongStream.range(0, seeds), (seed) -> ModelFeatures.without(mend, seed),
				new TreeSet<>())
			.keySet();
		System.out.println("Without " + mend + " " + failing.size() + " of " + seeds + " fail: " + failing);
		assertThat(failing).isNotEmpty();
	}

	private static Map<Long, String> failures(LongStream seeds, LongFunction<ModelFeatures> features,
			Set<String> reached) {
		Map<Long, String> failures = new TreeMap<>();
		seeds.forEach((seed) -> {
			String failure = failure(seed, features.apply(seed), reached);
			if (failure != null) {
				failures.put(seed, failure);
			}
		});
		return failures;
	}

	private static String failure(long seed, ModelFeatures features, Set<String> reached) {
		try {
			reached.addAll(ModelRun.run(redis, seed, STEPS, features).reached());
			return null;
		}
		catch (AssertionError | Wire.RedisError ex) {
			return "-Dmodel.seed=" + seed + ": " + ex;
		}
	}

}
