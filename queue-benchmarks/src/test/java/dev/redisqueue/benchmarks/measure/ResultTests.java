package dev.redisqueue.benchmarks.measure;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ResultTests {

	@Test
	void ratiosComparePairsOfTheSameRound() {
		Result result = result(new double[] { 10, 30, 80 }, new double[] { 20, 30, 40 });
		assertThat(result.median()).isEqualTo(30);
		assertThat(result.min()).isEqualTo(10);
		assertThat(result.max()).isEqualTo(80);
		assertThat(result.ratioToOurs()).isEqualTo(1);
		assertThat(result.ratioMin()).isEqualTo(0.5);
		assertThat(result.ratioMax()).isEqualTo(2);
	}

	@Test
	void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
		assertThat(result(new double[] { 1, 9, 2, 4 }, new double[] { 1, 1, 1, 1 }).median()).isEqualTo(3);
	}

	@Test
	void itIsTheBasisOfItself() {
		assertThat(result(new double[] { 1, 9 }, new double[] { 1, 9 }).isBasis()).isTrue();
		assertThat(result(new double[] { 1, 9 }, new double[] { 1, 8 }).isBasis()).isFalse();
	}

	private static Result result(double[] values, double[] ours) {
		return Result.of("a case", "x", "messages/s", values, ours, false);
	}

}
