package dev.redisqueue.benchmarks.measure;

import java.util.Arrays;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What a contender reached in one figure of a case.
 *
 * @param caseName the case and the figure
 * @param subject whose figure it is
 * @param median of all rounds
 * @param min of all rounds
 * @param max of all rounds
 * @param unit what is counted
 * @param ratioToOurs this figure divided by ours in the same round: the median of it
 * @param ratioMin the smallest such ratio
 * @param ratioMax the largest such ratio
 * @param quick whether the run was too short to be quoted
 */
@JsonPropertyOrder({ "case", "subject", "median", "min", "max", "unit", "ratio_to_ours", "ratio_min", "ratio_max",
		"quick" })
public record Result(@JsonProperty("case") String caseName, String subject, double median, double min, double max,
		String unit, @JsonProperty("ratio_to_ours") double ratioToOurs, @JsonProperty("ratio_min") double ratioMin,
		@JsonProperty("ratio_max") double ratioMax, boolean quick) {

	static Result of(String caseName, String subject, String unit, double[] values, double[] ours, boolean quick) {
		double[] ratios = new double[values.length];
		Arrays.setAll(ratios, (round) -> (values[round] == ours[round]) ? 1 : values[round] / ours[round]);
		return new Result(caseName, subject, median(values), min(values), max(values), unit, median(ratios),
				min(ratios), max(ratios), quick);
	}

	/**
	 * Whether it is what the others are compared with.
	 * @return {@code true} if every ratio is one
	 */
	@JsonIgnore
	public boolean isBasis() {
		return this.ratioMin == 1 && this.ratioMax == 1;
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
