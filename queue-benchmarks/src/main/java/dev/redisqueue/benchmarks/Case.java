package dev.redisqueue.benchmarks;

/**
 * Two ways to do the same work.
 *
 * @param name what the work is
 * @param unit what one operation is
 * @param operations how many operations a round has
 * @param ours this project's way
 * @param byHand the same commands, sent by hand through Lettuce
 */
record Case(String name, String unit, int operations, Round ours, Round byHand) {

	/**
	 * One side of one round.
	 */
	@FunctionalInterface
	interface Round {

		/**
		 * Does the work.
		 * @param operations how often
		 * @throws Exception if it cannot be done: the run ends
		 */
		void run(int operations) throws Exception;

	}

}
