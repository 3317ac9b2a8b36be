package dev.redisqueue.redis.link;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import dev.redisqueue.redis.frame.MessageIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Numbers that are written straight into bytes. */
class RedisValuesTests {

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 9, 10, 99, 100, 1234567890123L, Long.MAX_VALUE, -1, Long.MIN_VALUE })
	void anArgumentIsItsDecimalDigits(long number) {
		assertThat(new String(RedisValues.arg(number), StandardCharsets.US_ASCII)).isEqualTo(Long.toString(number));
	}

	@Test
	void idsCountInBase36AndNoTwoAreAlike() {
		MessageIds ids = new MessageIds();
		Set<String> seen = new HashSet<>();
		for (int i = 1; i <= 50_000; i++) {
			String id = ids.next();
			assertThat(seen.add(id)).isTrue();
			assertThat(id).endsWith("." + Integer.toString(i, Character.MAX_RADIX)).hasSizeBetween(13, 16);
		}
	}

}
