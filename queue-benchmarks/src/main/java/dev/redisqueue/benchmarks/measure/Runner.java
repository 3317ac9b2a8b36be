package dev.redisqueue.benchmarks.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the contenders of a case in turns, each after the same warm-up, and changes who
 * begins from round to round.
 */
public final class Runner {

	private final Scale scale;

	private final int rounds;

	private final Progress progress;

	/**
	 * Creates a runner.
	 * @param scale how large the run is
	 * @param rounds how many rounds count
	 * @param progress is told of every step
	 */
	public Runner(Scale scale, int rounds, Progress progress) {
		this.scale = scale;
		this.rounds = rounds;
		this.progress = progress;
	}

	/**
	 * How many steps a case has.
	 * @param measured the case
	 * @return the steps of which {@link Progress} will be told
	 */
	public int steps(Case measured) {
		return measured.contenders().size() * (first(measured) + this.scale.warmUps() + this.rounds);
	}

	/**
	 * Runs a case.
	 * @param measured the case
	 * @return what each contender reached in each figure
	 * @throws Exception if a contender cannot do its work
	 */
	public List<Result> run(Case measured) throws Exception {
		try {
			return results(measured, measureAll(measured));
		}
		finally {
			measured.contenders().forEach((contender) -> contender.measurement().end());
		}
	}

	/** Indexed by contender and round. */
	private double[][][] measureAll(Case measured) throws Exception {
		int contenders = measured.contenders().size();
		double[][][] values = new double[contenders][this.rounds][];
		int[] operations = new int[contenders];
		Arrays.fill(operations, (measured.operations() == Case.TIMED) ? Scale.FIRST : measured.operations());
		int before = first(measured) + this.scale.warmUps();
		for (int step = 0; step < before + this.rounds; step++) {
			for (int turn = 0; turn < contenders; turn++) {
				int index = (turn + step) % contenders;
				Contender contender = measured.contenders().get(index);
				this.progress.step(measured.name() + ", " + contender.subject());
				double[] figures = contender.measurement().measure(operations[index]);
				if (step >= before) {
					values[index][step - before] = figures;
				}
				else if (measured.operations() == Case.TIMED) {
					operations[index] = this.scale.fitting(figures[0]);
				}
			}
		}
		return values;
	}

	/** The round that finds out how much work fills the others. */
	private int first(Case measured) {
		return (measured.operations() == Case.TIMED && this.scale.warmUps() > 0) ? 1 : 0;
	}

	private List<Result> results(Case measured, double[][][] values) {
		List<Result> results = new ArrayList<>();
		for (int figure = 0; figure < measured.figures().size(); figure++) {
			Figure read = measured.figures().get(figure);
			double[] ours = column(values[0], figure);
			for (int index = 0; index < values.length; index++) {
				results.add(Result.of(read.nameIn(measured.name()), measured.contenders().get(index).subject(),
						read.unit(), column(values[index], figure), ours, !this.scale.isFull()));
			}
		}
		return results;
	}

	private static double[] column(double[][] rounds, int figure) {
		return Arrays.stream(rounds).mapToDouble((figures) -> figures[figure]).toArray();
	}

	/**
	 * Is told what is being done.
	 */
	@FunctionalInterface
	public interface Progress {

		/**
		 * Another step begins.
		 * @param what the case and the contender
		 */
		void step(String what);

	}

}
