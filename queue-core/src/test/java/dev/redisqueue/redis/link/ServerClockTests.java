package dev.redisqueue.redis.link;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServerClockTests {

	@Test
	void isNeverAheadOfTheServer() {
		// However the milliseconds of the server lie to those of this machine.
		for (long phase = 0; phase < 1_000_000; phase += 50_000) {
			ServerClock clock = new ServerClock();
			long began = serverNanos(phase);
			clock.observe(began / 1_000_000);
			long seen = began;
			while (seen - began < 3_000_000) {
				long told = clock.now();
				seen = serverNanos(phase);
				assertThat(told).isLessThanOrEqualTo(seen / 1_000_000);
			}
		}
	}

	private static long serverNanos(long phase) {
		return 1_800_000_000_000_000_000L + System.nanoTime() % 1_000_000_000_000_000L + phase;
	}

}
