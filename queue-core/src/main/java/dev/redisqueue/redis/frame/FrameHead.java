package dev.redisqueue.redis.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The head of a frame: {@code RQ/1}, a line {@code name:value} a field, and an empty
 * line. Values escape line feed, carriage return, colon and backslash as
 * <a href="https://stomp.github.io/stomp-specification-1.2.html#Value_Encoding">STOMP
 * 1.2</a> does.
 */
public final class FrameHead {

	/** What a head may have in bytes; a longer one is refused, or read as payload. */
	public static final int LIMIT = 64 * 1024;

	/** What a put may use of it; attempts and failures are added later. */
	public static final int PUT_LIMIT = LIMIT - 8 * 1024;

	static final String VERSION = "RQ/1\n";

	static final String ID = "id";

	public static final String PUT_AT = "put-at";

	public static final String ATTEMPT = "attempt";

	/** How many of the attempts were interrupted by no fault of the message. */
	public static final String INTERRUPTED = "interrupted";

	public static final String EXPIRES_AT = "expires-at";

	public static final String FIRST_FAILED_AT = "first-failed-at";

	/** Recovery brought the message back, without a handler's word since. */
	public static final String RECOVERED = "recovered";

	public static final String REASON = "reason";

	public static final String CAUSE = "cause";

	public static final String CAUSE_MESSAGE = "cause-message";

	public static final String ATTEMPTS = "attempts";

	private static final byte[] BEFORE_ID = (VERSION + ID + ":").getBytes(StandardCharsets.US_ASCII);

	private static final byte[] BEFORE_PUT_AT = ("\n" + PUT_AT + ":").getBytes(StandardCharsets.US_ASCII);

	private final Map<String, String> fields;

	FrameHead() {
		this(new LinkedHashMap<>());
	}

	FrameHead(Map<String, String> fields) {
		this.fields = new LinkedHashMap<>(fields);
	}

	public FrameHead with(String name, @Nullable Object value) {
		if (value != null) {
			this.fields.put(name, value.toString());
		}
		return this;
	}

	public FrameHead without(String name) {
		this.fields.remove(name);
		return this;
	}

	FrameHead withAll(Map<String, String> headers) {
		this.fields.putAll(headers);
		return this;
	}

	public byte[] bytes() {
		StringBuilder text = new StringBuilder(96).append(VERSION);
		this.fields.forEach((name, value) -> append(name, value, text));
		return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
	}

	byte[] before(byte[] payload) {
		return join(bytes(), payload);
	}

	/** A frame of id and time alone, written straight into its bytes. */
	static byte[] frame(byte[] id, byte[] putAt, byte[] payload) {
		byte[] frame = new byte[BEFORE_ID.length + id.length + BEFORE_PUT_AT.length + putAt.length + 2
				+ payload.length];
		int at = copy(BEFORE_ID, frame, 0);
		at = copy(id, frame, at);
		at = copy(BEFORE_PUT_AT, frame, at);
		at = copy(putAt, frame, at);
		frame[at++] = '\n';
		frame[at++] = '\n';
		copy(payload, frame, at);
		return frame;
	}

	private static int copy(byte[] from, byte[] to, int at) {
		System.arraycopy(from, 0, to, at, from.length);
		return at + from.length;
	}

	public static byte[] join(byte[] head, byte[] payload) {
		byte[] frame = Arrays.copyOf(head, head.length + payload.length);
		System.arraycopy(payload, 0, frame, head.length, payload.length);
		return frame;
	}

	private static void append(String name, String value, StringBuilder text) {
		text.append(name).append(':');
		escape(value, text);
		text.append('\n');
	}

	private static void escape(String value, StringBuilder text) {
		if (value.indexOf('\n') < 0 && value.indexOf('\r') < 0 && value.indexOf(':') < 0 && value.indexOf('\\') < 0) {
			text.append(value);
			return;
		}
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			switch (c) {
				case '\n' -> text.append("\\n");
				case '\r' -> text.append("\\r");
				case ':' -> text.append("\\c");
				case '\\' -> text.append("\\\\");
				default -> text.append(c);
			}
		}
	}

	/** The value of an escaped one, or {@code null} where it is none. */
	static @Nullable String unescape(String escaped) {
		if (escaped.indexOf('\\') < 0) {
			return escaped;
		}
		StringBuilder value = new StringBuilder(escaped.length());
		for (int i = 0; i < escaped.length(); i++) {
			char c = escaped.charAt(i);
			if (c == '\\') {
				if (++i == escaped.length()) {
					return null;
				}
				switch (escaped.charAt(i)) {
					case 'n' -> value.append('\n');
					case 'r' -> value.append('\r');
					case 'c' -> value.append(':');
					case '\\' -> value.append('\\');
					default -> {
						return null;
					}
				}
			}
			else {
				value.append(c);
			}
		}
		return value.toString();
	}

}
