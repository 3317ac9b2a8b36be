package dev.redisqueue.redis.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message as the model test writes and reads it: headers, if it is framed, and a body.
 * Bytes are Latin-1 characters.
 *
 * @param headers {@code null} where it is raw
 * @param body what is counted
 */
record ModelMessage(Map<String, String> headers, String body) {

	/** What a letter of the model begins with. */
	static final String LETTER_HEAD = "letter\n";

	/** What a client knows of a message that was too large to be sent. */
	static final String TOO_LARGE = "too large";

	private static final String MAGIC = "RQ/1\n";

	static ModelMessage read(String stored) {
		int end = stored.indexOf("\n\n");
		if (!stored.startsWith(MAGIC) || end < MAGIC.length()) {
			return new ModelMessage(null, stored);
		}
		Map<String, String> headers = new LinkedHashMap<>();
		for (String line : stored.substring(MAGIC.length(), end).split("\n")) {
			int colon = line.indexOf(':');
			if (colon < 0) {
				return new ModelMessage(null, stored);
			}
			headers.put(line.substring(0, colon), line.substring(colon + 1));
		}
		return new ModelMessage(headers, stored.substring(end + 2));
	}

	/** From a reply: the message, or its length. */
	static String received(Object reply) {
		return (reply instanceof String stored) ? stored : TOO_LARGE;
	}

	static String bodyOf(String stored) {
		return read(stored).body();
	}

	static String framed(String id, String body) {
		return new ModelMessage(Map.of("id", id), body).bytes();
	}

	boolean isFramed() {
		return this.headers != null;
	}

	int attempt() {
		return isFramed() ? Integer.parseInt(this.headers.getOrDefault("attempt", "1")) : 1;
	}

	boolean isSuspect() {
		return isFramed() && this.headers.containsKey("recovered");
	}

	String id(String otherwise) {
		return isFramed() ? this.headers.getOrDefault("id", otherwise) : otherwise;
	}

	/** The same for another attempt; it is framed if it was not. */
	String again(String idOtherwise, int attempt, boolean recovered) {
		Map<String, String> changed = new LinkedHashMap<>();
		changed.put("id", id(idOtherwise));
		if (isFramed()) {
			changed.putAll(this.headers);
		}
		changed.put("attempt", String.valueOf(attempt));
		if (recovered) {
			changed.put("recovered", "1");
		}
		return new ModelMessage(changed, this.body).bytes();
	}

	private String bytes() {
		StringBuilder text = new StringBuilder(MAGIC);
		this.headers.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
		return text.append('\n').append(this.body).toString();
	}

}
