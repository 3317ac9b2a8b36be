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

	/** Straight into bytes: each acknowledgement has one. */
	static byte[] arg(long number) {
		if (number < 0) {
			return arg(Long.toString(number));
		}
		int digits = 1;
		for (long left = number / 10; left > 0; left /= 10) {
			digits++;
		}
		byte[] arg = new byte[digits];
		for (int at = digits - 1; at >= 0; at--) {
			arg[at] = (byte) ('0' + number % 10);
			number /= 10;
		}
		return arg;
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
