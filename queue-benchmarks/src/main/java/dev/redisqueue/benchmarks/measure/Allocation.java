package dev.redisqueue.benchmarks.measure;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

import com.sun.management.ThreadMXBean;

/**
 * Reads the bytes that all threads of this JVM have allocated, for each operation. What
 * threads allocate that end meanwhile is not seen: use it where threads stay.
 */
public final class Allocation implements Gauge {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private volatile Map<Long, Long> before = Map.of();

	@Override
	public void begin() {
		this.before = read();
	}

	@Override
	public double[] end(int operations) {
		Map<Long, Long> allocatedBefore = this.before;
		long bytes = read().entrySet()
			.stream()
			.mapToLong((thread) -> thread.getValue() - allocatedBefore.getOrDefault(thread.getKey(), 0L))
			.sum();
		return new double[] { (double) bytes / operations };
	}

	private static Map<Long, Long> read() {
		long[] ids = THREADS.getAllThreadIds();
		long[] bytes = THREADS.getThreadAllocatedBytes(ids);
		Map<Long, Long> read = new HashMap<>();
		for (int i = 0; i < ids.length; i++) {
			read.put(ids[i], Math.max(0, bytes[i])); // -1: it has ended.
		}
		return read;
	}

}
