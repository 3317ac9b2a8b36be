package dev.redisqueue.benchmarks.measure;

/**
 * What one contender does in one round. It leaves the server as it found it.
 */
@FunctionalInterface
public interface Measurement {

	/**
	 * Does the work.
	 * @param operations how many messages
	 * @return the figures of the case, in its order
	 * @throws Exception if it cannot be done: the run ends
	 */
	double[] measure(int operations) throws Exception;

	/** Gives back what it kept between the rounds. */
	default void end() {
	}

}
