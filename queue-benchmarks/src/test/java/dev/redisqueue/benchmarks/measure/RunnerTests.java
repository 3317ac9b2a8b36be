package dev.redisqueue.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RunnerTests {

	private final List<String> log = new ArrayList<>();

	@Test
	void contendersTakeTurnsAndChangeWhoBegins() throws Exception {
		Case measured = new Case("id", "case", List.of(Figure.RATE), 7, List.of(contender("a"), contender("b")));
		Runner runner = new Runner(Scale.QUICK, 3, (what) -> this.log.add(what));
		List<Result> results = runner.run(measured);
		assertThat(this.log).containsExactly("case, a", "a 7", "case, b", "b 7", "case, b", "b 7", "case, a", "a 7",
				"case, a", "a 7", "case, b", "b 7", "case, b", "b 7", "case, a", "a 7", "a ends", "b ends");
		assertThat(runner.steps(measured)).isEqualTo(8);
		assertThat(results).extracting(Result::subject).containsExactly("a", "b");
	}

	@Test
	void theWorkOfATimedCaseFollowsFromTheRateBefore() throws Exception {
		Case measured = Case.ofRates("id", "case", List.of(contender("a")));
		new Runner(Scale.FULL, 5, (what) -> {
		}).run(measured);
		assertThat(this.log).as("the first round, five of warm-up and five that count")
			.containsExactly("a 200", "a 5000", "a 5000", "a 5000", "a 5000", "a 5000", "a 5000", "a 5000", "a 5000",
					"a 5000", "a 5000", "a ends");
	}

	private Contender contender(String name) {
		return new Contender(name, new Measurement() {

			@Override
			public double[] measure(int operations) {
				RunnerTests.this.log.add(name + " " + operations);
				return new double[] { 5000 };
			}

			@Override
			public void end() {
				RunnerTests.this.log.add(name + " ends");
			}

		});
	}

}
