package dev.redisqueue.redis.frame;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The fields of a head, in order. They are read from the bytes of every message that is
 * handed out, so that it is done in one pass, without a pattern and without a map.
 */
final class HeadFields {

	private static final int LONGEST_NAME = 128;

	/** Ids are logged: no line feed, no control character, nothing invisible. */
	private static final int LONGEST_ID = 1024;

	private static final int FEW = 16;

	/** Those of most messages come first. */
	private static final String[] OWN = { FrameHead.ID, FrameHead.PUT_AT, FrameHead.ATTEMPT, FrameHead.INTERRUPTED,
			FrameHead.RECOVERED, FrameHead.EXPIRES_AT, FrameHead.FIRST_FAILED_AT, FrameHead.CAUSE,
			FrameHead.CAUSE_MESSAGE, FrameHead.REASON, FrameHead.ATTEMPTS };

	private static final byte[][] OWN_BYTES = Arrays.stream(OWN)
		.map((name) -> name.getBytes(StandardCharsets.US_ASCII))
		.toArray(byte[][]::new);

	/** Names and values in turn. */
	private String[] fields = new String[4];

	private int used;

	/** The names, where they are too many to compare each with each. */
	private @Nullable Set<String> names;

	private HeadFields() {
	}

	/**
	 * Reads the lines of a head.
	 * @param stored the message
	 * @param from where the first line begins
	 * @param to where the last one ends; it has no line feed
	 * @return the fields, or {@code null} where the head is malformed
	 */
	static @Nullable HeadFields read(byte[] stored, int from, int to) {
		HeadFields fields = new HeadFields();
		for (int at = from; at < to;) {
			int colon = indexOf(stored, ':', at, to);
			int end = indexOf(stored, '\n', at, to);
			String name = (colon < end) ? name(stored, at, colon) : null;
			String value = (name != null) ? value(stored, colon + 1, end) : null;
			if (name == null || value == null || !isValid(name, value) || fields.has(name)) {
				return null;
			}
			fields.add(name, value);
			at = end + 1;
		}
		return fields;
	}

	private static int indexOf(byte[] stored, char wanted, int from, int to) {
		int at = from;
		while (at < to && stored[at] != wanted) {
			at++;
		}
		return at;
	}

	private static @Nullable String name(byte[] stored, int from, int to) {
		for (int i = 0; i < OWN.length; i++) {
			if (Arrays.equals(OWN_BYTES[i], 0, OWN_BYTES[i].length, stored, from, to)) {
				return OWN[i];
			}
		}
		for (int i = from; i < to; i++) {
			byte c = stored[i];
			boolean first = (c >= 'a' && c <= 'z') || isDigit(c);
			if (!first && (i == from || (c != '.' && c != '_' && c != '-'))) {
				return null;
			}
		}
		return (to > from && to - from <= LONGEST_NAME) ? new String(stored, from, to - from, StandardCharsets.US_ASCII)
				: null;
	}

	private static boolean isDigit(int c) {
		return c >= '0' && c <= '9';
	}

	private static @Nullable String value(byte[] stored, int from, int to) {
		int bits = 0;
		for (int i = from; i < to; i++) {
			bits |= stored[i];
		}
		if (bits >= 0) {
			return FrameHead.unescape(new String(stored, from, to - from, StandardCharsets.ISO_8859_1));
		}
		try {
			return FrameHead.unescape(
					StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(stored, from, to - from)).toString());
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private static boolean isValid(String name, String value) {
		return switch (name) {
			case FrameHead.ATTEMPT, FrameHead.INTERRUPTED, FrameHead.RECOVERED, FrameHead.ATTEMPTS ->
				isNumber(value, 9) && value.charAt(0) != '0';
			case FrameHead.PUT_AT, FrameHead.EXPIRES_AT, FrameHead.FIRST_FAILED_AT -> isNumber(value, 15);
			case FrameHead.ID -> isId(value);
			default -> true;
		};
	}

	private static boolean isNumber(String value, int longest) {
		for (int i = 0; i < value.length(); i++) {
			if (!isDigit(value.charAt(i))) {
				return false;
			}
		}
		return !value.isEmpty() && value.length() <= longest;
	}

	private static boolean isId(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (value.charAt(i) < '!' || value.charAt(i) > '~') {
				return false;
			}
		}
		return !value.isEmpty() && value.length() <= LONGEST_ID;
	}

	private boolean has(String name) {
		return (this.names != null) ? this.names.contains(name) : get(name) != null;
	}

	private void add(String name, String value) {
		if (this.names == null && this.used == 2 * FEW) {
			this.names = new HashSet<>(asMap().keySet());
		}
		if (this.names != null) {
			this.names.add(name);
		}
		if (this.used == this.fields.length) {
			this.fields = Arrays.copyOf(this.fields, 2 * this.used);
		}
		this.fields[this.used++] = name;
		this.fields[this.used++] = value;
	}

	@Nullable String get(String name) {
		for (int i = 0; i < this.used; i += 2) {
			if (this.fields[i].equals(name)) {
				return this.fields[i + 1];
			}
		}
		return null;
	}

	/** A copy. */
	Map<String, String> asMap() {
		Map<String, String> map = new LinkedHashMap<>();
		for (int i = 0; i < this.used; i += 2) {
			map.put(this.fields[i], this.fields[i + 1]);
		}
		return map;
	}

}
