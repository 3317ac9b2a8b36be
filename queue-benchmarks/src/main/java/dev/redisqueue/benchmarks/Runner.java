package dev.redisqueue.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs the two sides of a case in turns, each after the same warm-up, and changes which
 * of them begins.
 */
final class Runner {

	private static final int WARM_UPS = 3;

	private final int rounds;

	Runner(int rounds) {
		this.rounds = rounds;
	}

	List<Result> run(Case measured) throws Exception {
		double[] ours = new double[this.rounds];
		double[] byHand = new double[this.rounds];
		for (int round = -WARM_UPS; round < this.rounds; round++) {
			double first = rate((round % 2 == 0) ? measured.ours() : measured.byHand(), measured.operations());
			double second = rate((round % 2 == 0) ? measured.byHand() : measured.ours(), measured.operations());
			if (round >= 0) {
				ours[round] = (round % 2 == 0) ? first : second;
				byHand[round] = (round % 2 == 0) ? second : first;
			}
			System.err.printf("\r%-40s %3d of %d", measured.name(), Math.max(0, round + 1), this.rounds);
		}
		System.err.println();
		List<Result> results = new ArrayList<>();
		results.add(Result.of(measured, "RedisQueue", ours, ours));
		results.add(Result.of(measured, "by hand (Lettuce)", byHand, ours));
		return results;
	}

	private static double rate(Case.Round side, int operations) throws Exception {
		long start = System.nanoTime();
		side.run(operations);
		return operations * 1e9 / (System.nanoTime() - start);
	}

}
