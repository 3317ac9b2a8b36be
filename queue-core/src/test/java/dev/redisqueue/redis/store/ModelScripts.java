package dev.redisqueue.redis.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.redisqueue.redis.Wire;
import io.lettuce.core.codec.Base16;

/**
 * Runs the scripts, by their digests and without one of the mends where a negative
 * control asks for that.
 */
final class ModelScripts {

	private final Wire wire;

	private final Map<Script, String> sources = new EnumMap<>(Script.class);

	private final Map<Script, String> digests = new EnumMap<>(Script.class);

	private final Set<String> reached = new TreeSet<>();

	ModelScripts(Wire wire, Mend missing) {
		this.wire = wire;
		for (Script script : Script.values()) {
			String source = withoutClock(Mend.source(script, missing));
			this.sources.put(script, source);
			this.digests.put(script, Base16.digest(source.getBytes(StandardCharsets.ISO_8859_1)));
		}
	}

	/** Runs a script by its digest, or as text where Redis does not know it. */
	Object run(Script script, List<String> keys, Object... args) {
		List<Object> words = new ArrayList<>(List.of("EVALSHA", this.digests.get(script), keys.size()));
		words.addAll(keys);
		words.addAll(Arrays.asList(args));
		try {
			return reached(script, this.wire.call(words.toArray()));
		}
		catch (Wire.RedisError ex) {
			if (!ex.getMessage().startsWith("NOSCRIPT")) {
				throw new AssertionError(script + " " + keys + " " + Arrays.toString(args), ex);
			}
			words.set(0, "EVAL");
			words.set(1, this.sources.get(script));
			return reached(script, this.wire.call(words.toArray()));
		}
	}

	private Object reached(Script script, Object reply) {
		Object code = (reply instanceof List<?> values && !values.isEmpty()) ? values.get(0) : reply;
		if (String.valueOf(code).matches("-?[0-9]|[A-Z]+")) {
			this.reached.add(script + " " + code);
		}
		return reply;
	}

	/** Which scripts were run, with what each answered first, if that is a code. */
	Set<String> reached() {
		return this.reached;
	}

	/**
	 * The clock stands still, and time passes by moving what is compared with it: the
	 * same seed does the same twice.
	 */
	private static String withoutClock(String source) {
		String stopped = source.replace("redis.call('TIME')", "{ 1763772151, 0 }");
		if (source.contains("TIME") && stopped.equals(source)) {
			throw new IllegalStateException("The clock of this script cannot be stopped: " + source);
		}
		return stopped;
	}

}
