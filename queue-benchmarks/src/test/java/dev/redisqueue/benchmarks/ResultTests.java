package dev.redisqueue.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ResultTests {

	private static final Case CASE = new Case("a case", "message", 1, (operations) -> {
	}, (operations) -> {
	});

	@Test
	void ratiosComparePairsOfTheSameRound() {
		Result result = Result.of(CASE, "x", new double[] { 10, 30, 80 }, new double[] { 20, 30, 40 });
		assertThat(result.median()).isEqualTo(30);
		assertThat(result.min()).isEqualTo(10);
		assertThat(result.max()).isEqualTo(80);
		assertThat(result.ratioToOurs()).isEqualTo(1);
		assertThat(result.ratioMin()).isEqualTo(0.5);
		assertThat(result.ratioMax()).isEqualTo(2);
	}

	@Test
	void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
		assertThat(Result.of(CASE, "x", new double[] { 1, 9, 2, 4 }, new double[] { 1, 1, 1, 1 }).median())
			.isEqualTo(3);
	}

}
