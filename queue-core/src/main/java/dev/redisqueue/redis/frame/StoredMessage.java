package dev.redisqueue.redis.frame;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import dev.redisqueue.PutOptions;
import dev.redisqueue.redis.link.ServerClock;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is stored: the bytes of a payload, or a frame (a {@link FrameHead}
 * before them). What begins like a frame but has a malformed head is a payload. A frame
 * of an unknown version is neither: it is never handed out.
 */
public final class StoredMessage {

	private final byte[] stored;

	private final @Nullable HeadFields fields;

	private final int payloadAt;

	private final String id;

	private StoredMessage(byte[] stored, @Nullable HeadFields fields, int payloadAt, Supplier<String> idWhereNone) {
		this.stored = stored;
		this.fields = fields;
		this.payloadAt = payloadAt;
		String given = field(FrameHead.ID);
		this.id = (given != null) ? given : idWhereNone.get();
	}

	/**
	 * Reads a message.
	 * @param stored its bytes
	 * @param idWhereNone the id of a message that brings none
	 */
	public static StoredMessage read(byte[] stored, Supplier<String> idWhereNone) {
		if (isFrame(stored) && !isUnknownVersion(stored)) {
			int end = endOfHead(stored);
			HeadFields fields = (end > 0) ? HeadFields.read(stored, FrameHead.VERSION.length(), end - 2) : null;
			if (fields != null) {
				return new StoredMessage(stored, fields, end, idWhereNone);
			}
		}
		return new StoredMessage(stored, null, 0, idWhereNone);
	}

	/** Whether the bytes begin with {@code RQ/}, digits and a line feed. */
	static boolean isFrame(byte[] stored) {
		return endOfVersion(stored) > 0;
	}

	static boolean isUnknownVersion(byte[] stored) {
		int end = endOfVersion(stored);
		return end > 0 && !(end == 5 && stored[3] == '1');
	}

	private static int endOfVersion(byte[] stored) {
		if (stored.length < 5 || stored[0] != 'R' || stored[1] != 'Q' || stored[2] != '/') {
			return -1;
		}
		int at = 3;
		while (at < stored.length && at < 16 && stored[at] >= '0' && stored[at] <= '9') {
			at++;
		}
		return (at > 3 && at < stored.length && stored[at] == '\n') ? at + 1 : -1;
	}

	/** Where the payload begins, or -1. */
	private static int endOfHead(byte[] stored) {
		int last = Math.min(stored.length, FrameHead.LIMIT);
		for (int i = FrameHead.VERSION.length() - 1; i + 1 < last; i++) {
			if (stored[i] == '\n' && stored[i + 1] == '\n') {
				return i + 2;
			}
		}
		return -1;
	}

	/** Whether it has a head. */
	public boolean isFramed() {
		return this.fields != null;
	}

	public byte[] stored() {
		return this.stored;
	}

	public String id() {
		return this.id;
	}

	public int attempt() {
		return count(FrameHead.ATTEMPT, 1);
	}

	/** How many attempts before this one were interrupted by no fault of the message. */
	public int interruptions() {
		return Math.min(count(FrameHead.INTERRUPTED, 0), attempt() - 1);
	}

	/** Whether one more failure is too many. */
	public boolean isLastAttempt(int maxAttempts) {
		return attempt() - interruptions() >= maxAttempts;
	}

	private int count(String name, int whereNone) {
		String count = field(name);
		return (count != null) ? Integer.parseInt(count) : whereNone;
	}

	/**
	 * Whether recovery brought it back, so that its handler may have killed a process.
	 */
	public boolean isSuspect() {
		return field(FrameHead.RECOVERED) != null;
	}

	boolean isExpired(ServerClock clock) {
		String time = field(FrameHead.EXPIRES_AT);
		return time != null && Long.parseLong(time) <= clock.now();
	}

	public boolean expires() {
		return field(FrameHead.EXPIRES_AT) != null;
	}

	public Optional<Instant> time(String name) {
		return Optional.ofNullable(field(name)).map((time) -> Instant.ofEpochMilli(Long.parseLong(time)));
	}

	public @Nullable String field(String name) {
		return (this.fields != null) ? this.fields.get(name) : null;
	}

	/** The headers that the put gave it, without the frame's own. */
	public Map<String, String> headers() {
		if (this.fields == null) {
			return Map.of();
		}
		Map<String, String> headers = this.fields.asMap();
		headers.keySet().removeAll(PutOptions.RESERVED_HEADERS);
		return Collections.unmodifiableMap(headers);
	}

	public int payloadAt() {
		return this.payloadAt;
	}

	public byte[] payload() {
		return Arrays.copyOfRange(this.stored, this.payloadAt, this.stored.length);
	}

	/** A copy of the head, or a new one with the id where it has none. */
	public FrameHead head() {
		return new FrameHead((this.fields != null) ? this.fields.asMap() : Map.of()).with(FrameHead.ID, id());
	}

	/**
	 * The payload behind another head, which goes without the last failure where it would
	 * be too long to be read as one.
	 */
	public byte[] reframed(FrameHead head) {
		boolean tooLong = head.bytes().length > FrameHead.LIMIT;
		return (tooLong ? head.without(FrameHead.CAUSE).without(FrameHead.CAUSE_MESSAGE) : head).before(payload());
	}

}
