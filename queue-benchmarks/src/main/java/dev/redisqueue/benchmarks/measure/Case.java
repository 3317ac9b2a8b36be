package dev.redisqueue.benchmarks.measure;

import java.util.List;

/**
 * The same work for several contenders. The first of them is ours, or ours under usual
 * conditions: ratios are to that one.
 *
 * @param id selects it on the command line
 * @param name its name in the table
 * @param figures what is read
 * @param operations how many messages a round has; {@link #TIMED} for as many as fill the
 * time of a round, in which case the first figure has to be a rate
 * @param contenders who takes part
 */
public record Case(String id, String name, List<Figure> figures, int operations, List<Contender> contenders) {

	/** Rounds of equal time instead of equal work. */
	public static final int TIMED = 0;

	/**
	 * A case in which rates are compared, in rounds of equal time.
	 * @param id selects it on the command line
	 * @param name its name in the table
	 * @param contenders who takes part
	 * @return the case
	 */
	public static Case ofRates(String id, String name, List<Contender> contenders) {
		return new Case(id, name, List.of(Figure.RATE), TIMED, contenders);
	}

}
