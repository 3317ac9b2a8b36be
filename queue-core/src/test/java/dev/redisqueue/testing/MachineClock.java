package dev.redisqueue.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Time as the machine lets programs use it, for bounds that are a promise. A thread does
 * nothing but nap; a nap that takes much longer than it should, since the processors are
 * busy or everything stood still, counts as a short one. So a stall is not held against
 * what is measured, while a wait of its own is.
 */
public final class MachineClock {

	private static final long NAP = TimeUnit.MILLISECONDS.toNanos(5);

	/** What a nap counts at most. */
	private static final long LONGEST_NAP = 2 * NAP;

	private static volatile long passed;

	static {
		Thread napping = new Thread(MachineClock::nap, "machine-clock");
		napping.setDaemon(true);
		napping.start();
	}

	private final long start = passed;

	private MachineClock() {
	}

	/** A clock that starts now. */
	public static MachineClock start() {
		return new MachineClock();
	}

	public Duration elapsed() {
		return Duration.ofNanos(passed - this.start);
	}

	private static void nap() {
		long before = System.nanoTime();
		while (true) {
			LockSupport.parkNanos(NAP);
			long now = System.nanoTime();
			// Nobody else writes it.
			passed += Math.min(now - before, LONGEST_NAP);
			before = now;
		}
	}

}
