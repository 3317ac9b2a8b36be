package dev.redisqueue.benchmarks.peer;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.lettuce.core.RedisURI;

/**
 * The class that people write around a Redis list in Python.
 */
final class PythonPeer extends ProcessPeer {

	private static final String ID = "python";

	private static final String VERSION = "8.1.0";

	PythonPeer(RedisURI redis) {
		super(List.of("python3", program(ID, "redis_queue.py").toString(), redis.getHost(),
				String.valueOf(redis.getPort()), Payloads.SMALL), environment());
	}

	private static Map<String, String> environment() {
		String libraries = directory(ID).resolve("libraries").toString();
		Map<String, String> environment = Map.of("PYTHONPATH", libraries);
		if (!succeeds(environment, "python3", "-c", "import redis") && !succeeds(Map.of(), "python3", "-m", "pip",
				"install", "--quiet", "--target", libraries, "redis==" + VERSION)) {
			throw new IllegalStateException("python3 is not there or cannot install redis");
		}
		return environment;
	}

	@Override
	public String id() {
		return ID;
	}

	@Override
	public String title() {
		return "list wrapper (Python)";
	}

	@Override
	public String configuration() {
		return "redis-py with its pool of connections, RPUSH and BLPOP from so many threads of one process "
				+ "(at most once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.of(Verb.PUT, Verb.LISTEN);
	}

}
