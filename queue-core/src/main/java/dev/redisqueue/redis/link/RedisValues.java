package dev.redisqueue.redis.link;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Arguments and replies of scripts as Java values.
 */
public final class RedisValues {

	private static final byte[] NOTHING = {};

	private RedisValues() {
	}

	public static byte[] arg(long number) {
		return (number < 0) ? arg(Long.toString(number)) : Digits.append(NOTHING, number, 10);
	}

	public static byte[] arg(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	public static long number(@Nullable Object value) {
		return (value instanceof Long number) ? number : Long.parseLong(text(value));
	}

	public static String text(@Nullable Object value) {
		if (value instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		throw new IllegalStateException("Redis answered " + value + " where text was expected");
	}

	public static @Nullable String textOrNull(@Nullable Object value) {
		return (value != null) ? text(value) : null;
	}

	/** A time in ms; scores come as text. */
	public static @Nullable Long timeOrNull(@Nullable Object value) {
		if (value instanceof byte[] score) {
			return (long) Double.parseDouble(text(score));
		}
		return (Long) value;
	}

	@SuppressWarnings("unchecked") // What Lettuce makes of a nested reply.
	public static List<Object> list(@Nullable Object value) {
		if (value instanceof List) {
			return (List<Object>) value;
		}
		throw new IllegalStateException("Redis answered " + value + " where a list was expected");
	}

}
