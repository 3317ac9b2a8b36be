package dev.redisqueue;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

record ExponentialBackoff(Duration first, Duration longest) implements Backoff {

	ExponentialBackoff {
		if (first.toMillis() < 1 || longest.compareTo(first) < 0) {
			throw new IllegalArgumentException("The first limit is " + first + " and the longest " + longest
					+ "; the first must be 1 ms or more, and the longest no shorter");
		}
	}

	@Override
	public Duration delay(int attempt) {
		double limit = this.first.toMillis() * Math.pow(2, Math.max(0, attempt - 1));
		long millis = (long) Math.min(limit, this.longest.toMillis());
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis + 1));
	}

}
