package dev.redisqueue.benchmarks;

import java.util.Arrays;

/**
 * What a side reached, in operations a second.
 *
 * @param caseName the case
 * @param subject whose figures these are
 * @param unit what one operation is
 * @param median of all rounds
 * @param min of all rounds
 * @param max of all rounds
 * @param ratioToOurs this side's rate divided by ours in the same round: the median of it
 * @param ratioMin the smallest such ratio
 * @param ratioMax the largest such ratio
 */
record Result(String caseName, String subject, String unit, double median, double min, double max, double ratioToOurs,
		double ratioMin, double ratioMax) {

	static Result of(Case measured, String subject, double[] rates, double[] ours) {
		double[] ratios = new double[rates.length];
		Arrays.setAll(ratios, (round) -> rates[round] / ours[round]);
		return new Result(measured.name(), subject, measured.unit(), median(rates), min(rates), max(rates),
				median(ratios), min(ratios), max(ratios));
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static double min(double[] values) {
		return Arrays.stream(values).min().orElseThrow();
	}

	private static double max(double[] values) {
		return Arrays.stream(values).max().orElseThrow();
	}

}
