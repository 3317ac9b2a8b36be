package dev.redisqueue;

import java.time.Duration;

record FixedBackoff(Duration delay) implements Backoff {

	FixedBackoff {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("The delay is " + delay + "; it must not be negative");
		}
	}

	@Override
	public Duration delay(int attempt) {
		return this.delay;
	}

}
