package dev.redisqueue;

import java.time.Duration;

/**
 * How long to wait before the next attempt.
 */
@FunctionalInterface
public interface Backoff {

	/**
	 * The delay after a failed attempt.
	 * @param attempt the attempt that failed, 1 for the first
	 * @return the delay, zero or more
	 */
	Duration delay(int attempt);

	/**
	 * The same delay after every attempt.
	 * @param delay the delay
	 * @return the backoff
	 */
	static Backoff fixed(Duration delay) {
		return new FixedBackoff(delay);
	}

	/**
	 * A random delay between zero and a limit that doubles with every attempt ("full
	 * jitter", as in <a href=
	 * "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">
	 * Exponential Backoff And Jitter</a>), so that messages which failed together do not
	 * come back together.
	 * @param first the limit after the first attempt
	 * @param longest what the limit never exceeds
	 * @return the backoff
	 */
	static Backoff exponential(Duration first, Duration longest) {
		return new ExponentialBackoff(first, longest);
	}

}
