package dev.redisqueue.benchmarks.measure;

import java.util.Arrays;
import java.util.List;

/**
 * Reads figures around a piece of work. Each is used for one piece.
 */
public interface Gauge {

	/** The work begins. */
	void begin();

	/**
	 * The work has ended.
	 * @param operations how much was done since the beginning
	 * @return the figures
	 */
	double[] end(int operations);

	/**
	 * A gauge that reads the operations a second.
	 * @return the gauge
	 */
	static Gauge rate() {
		return new Stopwatch();
	}

	/**
	 * Several gauges as one.
	 * @param gauges the gauges; the last begins last and ends first
	 * @return a gauge with the figures of all, in their order
	 */
	static Gauge all(Gauge... gauges) {
		List<Gauge> order = List.of(gauges);
		return new Gauge() {

			@Override
			public void begin() {
				order.forEach(Gauge::begin);
			}

			@Override
			public double[] end(int operations) {
				double[][] figures = new double[order.size()][];
				for (int i = order.size() - 1; i >= 0; i--) {
					figures[i] = order.get(i).end(operations);
				}
				return Arrays.stream(figures).flatMapToDouble(Arrays::stream).toArray();
			}

		};
	}

}
