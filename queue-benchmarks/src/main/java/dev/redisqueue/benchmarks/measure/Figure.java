package dev.redisqueue.benchmarks.measure;

/**
 * What a case reads at each round.
 *
 * @param name tells it from the other figures of the case, or is empty
 * @param unit what it counts
 */
public record Figure(String name, String unit) {

	/** How many messages a second. */
	public static final Figure RATE = new Figure("", "messages/s");

	String nameIn(String caseName) {
		return this.name.isEmpty() ? caseName : caseName + ": " + this.name;
	}

}
