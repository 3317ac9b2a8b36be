package dev.redisqueue.benchmarks.measure;

/**
 * Reads operations a second.
 */
final class Stopwatch implements Gauge {

	private volatile long start;

	@Override
	public void begin() {
		this.start = System.nanoTime();
	}

	@Override
	public double[] end(int operations) {
		return new double[] { operations * 1e9 / (System.nanoTime() - this.start) };
	}

}
