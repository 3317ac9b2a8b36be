package dev.redisqueue.testing;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * Servers that tests use one after the other, never two at the same time: what a test
 * counts at its server is its own. There are as many as tests run side by side, or the
 * one of {@code -Dredis.url}, for which tests wait then.
 */
final class RedisPool {

	private static final boolean ONE = !System.getProperty("redis.url", "").isEmpty();

	private static final Semaphore PERMITS = new Semaphore(ONE ? 1 : Integer.MAX_VALUE);

	private static final Deque<RedisInstance> IDLE = new ConcurrentLinkedDeque<>();

	private RedisPool() {
	}

	static RedisInstance take() throws InterruptedException {
		PERMITS.acquire();
		RedisInstance idle = IDLE.poll();
		if (idle != null) {
			return idle;
		}
		return ONE ? RedisInstance.shared() : RedisInstance.start();
	}

	static void giveBack(RedisInstance redis) {
		IDLE.push(redis);
		PERMITS.release();
	}

}
