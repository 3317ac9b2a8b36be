package dev.redisqueue.redis.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.redisqueue.redis.Wire;
import dev.redisqueue.testing.RedisDump;

/**
 * The keys of one queue, as tests of scripts write and read them: by their short names
 * ({@code ready}, {@code delayed}, {@code taken:alice}), and with times as they stand to
 * the clock of Redis, in minutes: {@code now}, {@code now+60m}, {@code -now-5m}.
 */
final class QueueState {

	private static final long MINUTE = 60_000;

	private final Wire wire;

	private final String ready;

	QueueState(Wire wire, String name) {
		this.wire = wire;
		this.ready = "queue:" + name;
	}

	String key(String shortName) {
		return shortName.equals("ready") ? this.ready : "{" + this.ready + "}:" + shortName;
	}

	QueueState list(String key, String... values) {
		return write("RPUSH", key, (Object[]) values);
	}

	/** Score before member; scores may be times. */
	QueueState zset(String key, Object... scoresAndMembers) {
		Object[] words = scoresAndMembers.clone();
		for (int i = 0; i < words.length; i += 2) {
			words[i] = time(words[i].toString());
		}
		return write("ZADD", key, words);
	}

	QueueState hash(String key, String... fieldsAndValues) {
		return write("HSET", key, (Object[]) fieldsAndValues);
	}

	QueueState set(String key, String... members) {
		return write("SADD", key, (Object[]) members);
	}

	QueueState string(String key, String value) {
		return write("SET", key, value, "PX", 3_600_000);
	}

	QueueState delete(String key) {
		return write("DEL", key);
	}

	private QueueState write(String command, String key, Object... words) {
		List<Object> all = new ArrayList<>(List.of(command, key(key)));
		all.addAll(Arrays.asList(words));
		this.wire.call(all.toArray());
		return this;
	}

	/** A time of the form above as a number. */
	String time(String text) {
		if (!text.contains("now")) {
			return text;
		}
		boolean negative = text.startsWith("-now");
		String offset = text.substring(negative ? 4 : 3);
		long minutes = offset.isEmpty() ? 0 : Long.parseLong(offset.substring(0, offset.length() - 1));
		return negative ? String.valueOf(-clock() + minutes * MINUTE) : String.valueOf(clock() + minutes * MINUTE);
	}

	private long clock() {
		List<?> time = (List<?>) this.wire.call("TIME");
		return Long.parseLong((String) time.get(0)) * 1000 + Long.parseLong((String) time.get(1)) / 1000;
	}

	/** Everything, by short names; totals that are zero are left out, as they may be. */
	Map<String, Object> read() {
		long now = clock();
		Map<String, Object> state = new TreeMap<>();
		dump().forEach((key, entry) -> {
			String name = key.equals(this.ready) ? "ready" : key.substring(this.ready.length() + 3);
			if (entry.type().equals("zset")) {
				Map<String, String> scores = new LinkedHashMap<>();
				entry.map().forEach((member, score) -> scores.put(member, (String) relative(score, now)));
				state.put(name, scores);
			}
			else if (name.equals("meta") && entry.type().equals("hash")) {
				Map<String, String> fields = new TreeMap<>(entry.map());
				fields.values().removeIf("0"::equals);
				if (!fields.isEmpty()) {
					state.put(name, fields);
				}
			}
			else {
				state.put(name, entry.value());
			}
		});
		return state;
	}

	/** Everything as it is. */
	Map<String, RedisDump.Entry> dump() {
		List<?> reply = (List<?>) this.wire.call("EVAL", RedisDump.SCRIPT, 0, "*" + this.ready + "*");
		Map<String, RedisDump.Entry> dump = RedisDump.of(reply);
		dump.keySet().removeIf((key) -> !key.equals(this.ready) && !key.startsWith("{" + this.ready + "}:"));
		return dump;
	}

	/** A reply, its bytes as Latin-1 text, its times as they stand to the clock. */
	Object readable(Object reply) {
		return readable(reply, clock());
	}

	private static Object readable(Object reply, long now) {
		if (reply instanceof List<?> values) {
			List<Object> readable = new ArrayList<>();
			values.forEach((value) -> readable.add(readable(value, now)));
			return readable;
		}
		if (reply instanceof byte[] bytes) {
			return relative(new String(bytes, StandardCharsets.ISO_8859_1), now);
		}
		if (reply instanceof Long number && Math.abs(number) > 1_000_000_000_000L) {
			return relative(number.toString(), now);
		}
		return (reply instanceof String text) ? relative(text, now) : reply;
	}

	private static Object relative(String text, long now) {
		if (!text.matches("-?[12]\\d{12}")) {
			return text;
		}
		long time = Long.parseLong(text);
		long minutes = Math.round((time < 0 ? time + now : time - now) / (double) MINUTE);
		return (time < 0 ? "-now" : "now") + (minutes == 0 ? "" : ((minutes > 0) ? "+" : "") + minutes + "m");
	}

}
