package dev.redisqueue.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;

/**
 * What lies under keys of a Redis at one moment: it is read by one script. Bytes are
 * Latin-1 characters, so that they compare and print. The value of a list is a
 * {@code List}, of a set a sorted {@code Set}, of a hash a sorted {@code Map}, of a
 * sorted set a {@code Map} from member to score in the order of Redis, of a string a
 * {@code String}.
 */
public final class RedisDump {

	/** Returns key, type, value, and remaining life (ms) of each key of a pattern. */
	public static final String SCRIPT = """
			local found = {}
			for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
			  local kind, value = redis.call('TYPE', key).ok, {}
			  if kind == 'list' then value = redis.call('LRANGE', key, 0, -1)
			  elseif kind == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
			  elseif kind == 'hash' then value = redis.call('HGETALL', key)
			  elseif kind == 'set' then value = redis.call('SMEMBERS', key)
			  elseif kind == 'string' then value = { redis.call('GET', key) }
			  end
			  found[#found + 1] = { key, kind, value, redis.call('PTTL', key) }
			end
			return found
			""";

	private RedisDump() {
	}

	/** All keys. */
	public static Map<String, Entry> of(StatefulRedisConnection<byte[], byte[]> connection) {
		return of(connection, "*");
	}

	/** The keys that match a glob pattern. */
	public static Map<String, Entry> of(StatefulRedisConnection<byte[], byte[]> connection, String pattern) {
		List<Object> reply = connection.sync()
			.eval(bytes(SCRIPT), ScriptOutputType.MULTI, new byte[0][], bytes(pattern));
		return of(reply);
	}

	/** From the reply of the script, its bytes as bytes or as Latin-1 text. */
	public static Map<String, Entry> of(List<?> reply) {
		Map<String, Entry> entries = new TreeMap<>();
		for (Object found : reply) {
			List<?> key = (List<?>) found;
			List<String> values = new ArrayList<>();
			((List<?>) key.get(2)).forEach((value) -> values.add(text(value)));
			String type = text(key.get(1));
			entries.put(text(key.get(0)), new Entry(type, value(type, values), (Long) key.get(3) >= 0));
		}
		return entries;
	}

	private static Object value(String type, List<String> values) {
		return switch (type) {
			case "list" -> values;
			case "set" -> new TreeSet<>(values);
			case "hash" -> pairs(values, new TreeMap<>());
			case "zset" -> pairs(values, new LinkedHashMap<>());
			case "string" -> values.get(0);
			default -> throw new IllegalStateException("No type of ours: " + type);
		};
	}

	private static Map<String, String> pairs(List<String> values, Map<String, String> pairs) {
		for (int i = 0; i < values.size(); i += 2) {
			pairs.put(values.get(i), values.get(i + 1));
		}
		return pairs;
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.ISO_8859_1) : (String) value;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * One key.
	 *
	 * @param type as Redis names it
	 * @param value a collection by type, see above
	 * @param expires whether it has a time to live
	 */
	public record Entry(String type, Object value, boolean expires) {

		@SuppressWarnings("unchecked") // The type says so.
		public List<String> list() {
			return (List<String>) this.value;
		}

		@SuppressWarnings("unchecked") // The type says so.
		public Map<String, String> map() {
			return (Map<String, String>) this.value;
		}

	}

}
