package dev.redisqueue.redis;

import java.util.concurrent.TimeUnit;

import dev.redisqueue.redis.upkeep.QueueLife;

/**
 * So many a second and no more, counted from the start.
 */
final class RedriveRate {

	private static final int LARGEST_STEP = 100;

	private final int perSecond;

	private final long start = System.nanoTime();

	RedriveRate(int perSecond) {
		this.perSecond = perSecond;
	}

	/** How many to do at once: ten steps a second, where that is possible. */
	int step() {
		return Math.min(LARGEST_STEP, Math.max(1, this.perSecond / 10));
	}

	/**
	 * Waits until so many may have been done.
	 * @param done how many were done since the start
	 * @param place where to wait
	 */
	void await(long done, QueueLife place) throws InterruptedException {
		long nanos = (long) (done * (TimeUnit.SECONDS.toNanos(1) / (double) this.perSecond));
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		for (long left = left(nanos); left > 0; left = left(nanos)) {
			place.await(left);
		}
	}

	private long left(long nanos) {
		return nanos - (System.nanoTime() - this.start);
	}

}
