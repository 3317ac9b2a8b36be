package dev.redisqueue.benchmarks.measure;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

/**
 * Reads the time of the processors that this JVM has used for each operation, that of its
 * compilers and collectors included.
 */
public final class ProcessorTime implements Gauge {

	/** What it reads. */
	public static final Figure FIGURE = new Figure("processor time of this JVM", "µs/message");

	private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private volatile long start;

	@Override
	public void begin() {
		this.start = SYSTEM.getProcessCpuTime();
	}

	@Override
	public double[] end(int operations) {
		return new double[] { (SYSTEM.getProcessCpuTime() - this.start) / 1e3 / operations };
	}

}
