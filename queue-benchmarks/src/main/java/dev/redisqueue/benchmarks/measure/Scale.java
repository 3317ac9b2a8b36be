package dev.redisqueue.benchmarks.measure;

import java.time.Duration;

/**
 * How large a run is.
 */
public enum Scale {

	/** The run that measures. */
	FULL(5, 5, Duration.ofSeconds(1), 1),

	/** A look: too short to be quoted. */
	QUICK(3, 1, Duration.ofMillis(100), 20),

	/** Shows that everything runs, and nothing else. */
	SMOKE(1, 0, Duration.ofMillis(1), 1000);

	/** The work of the first round, from which that of the others follows. */
	static final int FIRST = 200;

	private static final int MOST = 400_000;

	private final int rounds;

	private final int warmUps;

	private final Duration roundTime;

	private final int divisor;

	Scale(int rounds, int warmUps, Duration roundTime, int divisor) {
		this.rounds = rounds;
		this.warmUps = warmUps;
		this.roundTime = roundTime;
		this.divisor = divisor;
	}

	/**
	 * How many rounds count.
	 * @return the rounds
	 */
	public int rounds() {
		return this.rounds;
	}

	/**
	 * How many rounds are thrown away before.
	 * @return the rounds
	 */
	public int warmUps() {
		return this.warmUps;
	}

	/**
	 * Whether its figures mean something.
	 * @return {@code false} where it is too short for that
	 */
	public boolean isFull() {
		return this == FULL;
	}

	/**
	 * The size of a piece of work in this run.
	 * @param full its size in a full run
	 * @return the size, at least 20
	 */
	public int of(int full) {
		return Math.max(20, full / this.divisor);
	}

	/**
	 * The length of something in this run.
	 * @param full its length in a full run
	 * @return the length
	 */
	public Duration of(Duration full) {
		return full.dividedBy(Math.min(this.divisor, 100));
	}

	/**
	 * The work that fills a round.
	 * @param rate how much work is done in a second
	 * @return how many operations
	 */
	int fitting(double rate) {
		return (int) Math.max(FIRST, Math.min(MOST, rate * this.roundTime.toMillis() / 1000));
	}

}
