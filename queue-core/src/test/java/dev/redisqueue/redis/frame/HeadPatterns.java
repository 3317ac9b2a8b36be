package dev.redisqueue.redis.frame;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Reads a head slowly, by patterns: what {@link HeadFields} has to agree with. */
final class HeadPatterns {

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

	private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");

	private static final Pattern ID = Pattern.compile("[!-~]{1,1024}");

	private static final Pattern TIME = Pattern.compile("[0-9]{1,15}");

	private HeadPatterns() {
	}

	static @Nullable Map<String, String> fields(String message) {
		String text = message.substring("RQ/1\n".length() - 1, message.indexOf("\n\n", "RQ/1".length()));
		Map<String, String> fields = new LinkedHashMap<>();
		if (text.isEmpty()) {
			return fields;
		}
		for (String line : text.substring(1).split("\n", -1)) {
			String[] field = line.split(":", 2);
			String value = (field.length == 2) ? FrameHead.unescape(field[1]) : null;
			if (value == null || !NAME.matcher(field[0]).matches() || !isValid(field[0], value)
					|| fields.putIfAbsent(field[0], value) != null) {
				return null;
			}
		}
		return fields;
	}

	private static boolean isValid(String name, String value) {
		return switch (name) {
			case FrameHead.ATTEMPT, FrameHead.INTERRUPTED, FrameHead.RECOVERED, FrameHead.ATTEMPTS ->
				COUNT.matcher(value).matches();
			case FrameHead.PUT_AT, FrameHead.EXPIRES_AT, FrameHead.FIRST_FAILED_AT -> TIME.matcher(value).matches();
			case FrameHead.ID -> ID.matcher(value).matches();
			default -> true;
		};
	}

}
