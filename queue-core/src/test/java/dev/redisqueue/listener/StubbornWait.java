package dev.redisqueue.listener;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a handler waits that does not care for interrupts.
 */
final class StubbornWait {

	private StubbornWait() {
	}

	static void until(CountDownLatch latch) {
		until(latch, Duration.ofMinutes(1));
	}

	static void until(CountDownLatch latch, Duration atMost) {
		long until = System.nanoTime() + atMost.toNanos();
		for (long left = atMost.toNanos(); left > 0; left = until - System.nanoTime()) {
			try {
				if (latch.await(left, TimeUnit.NANOSECONDS)) {
					return;
				}
			}
			catch (InterruptedException ex) {
				// It is stubborn.
			}
		}
	}

}
