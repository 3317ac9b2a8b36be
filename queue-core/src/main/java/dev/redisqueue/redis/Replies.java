package dev.redisqueue.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Arguments and replies of scripts as Java values.
 */
final class Replies {

	private Replies() {
	}

	@SuppressWarnings("deprecation") // The fastest copy of ASCII characters.
	static byte[] arg(long number) {
		String digits = Long.toString(number);
		byte[] bytes = new byte[digits.length()];
		digits.getBytes(0, bytes.length, bytes, 0);
		return bytes;
	}

	static byte[] arg(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static long number(@Nullable Object value) {
		return (value instanceof Long number) ? number : Long.parseLong(text(value));
	}

	static String text(@Nullable Object value) {
		if (value instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		throw new IllegalStateException("Redis answered " + value + " where text was expected");
	}

	static @Nullable String textOrNull(@Nullable Object value) {
		return (value != null) ? text(value) : null;
	}

	/** A time in ms; scores come as text. */
	static @Nullable Long timeOrNull(@Nullable Object value) {
		if (value instanceof byte[] score) {
			return (long) Double.parseDouble(text(score));
		}
		return (Long) value;
	}

	@SuppressWarnings("unchecked") // What Lettuce makes of a nested reply.
	static List<Object> list(@Nullable Object value) {
		if (value instanceof List) {
			return (List<Object>) value;
		}
		throw new IllegalStateException("Redis answered " + value + " where a list was expected");
	}

}
