package dev.redisqueue.benchmarks.measure;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.lettuce.core.api.sync.RedisCommands;

/**
 * What the server says about itself.
 */
public final class ServerInfo {

	private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

	/** What this class and the measuring itself send. */
	private static final Set<String> OWN = Set.of("info", "memory|usage");

	private static final Set<String> WHOLE_CALLS = Set.of("evalsha", "eval", "blmove", "ping", "publish");

	private final RedisCommands<byte[], byte[]> redis;

	/**
	 * Creates a reader.
	 * @param redis a connection of its own
	 */
	public ServerInfo(RedisCommands<byte[], byte[]> redis) {
		this.redis = redis;
	}

	/**
	 * How many commands were executed, those inside of scripts too.
	 * @return the number since the server started
	 */
	public long commands() {
		return calls((command) -> !OWN.contains(command));
	}

	/**
	 * How many calls of scripts and blocking commands came from clients: none of them can
	 * be inside of a script.
	 * @return the number since the server started
	 */
	public long scriptsAndWaits() {
		return calls(WHOLE_CALLS::contains);
	}

	/**
	 * The time of the processor that the server has used.
	 * @return the seconds since it started
	 */
	public double processorSeconds() {
		Map<String, String> info = section("cpu");
		return Double.parseDouble(info.getOrDefault("used_cpu_user", "0"))
				+ Double.parseDouble(info.getOrDefault("used_cpu_sys", "0"));
	}

	/**
	 * The memory that the server has allocated.
	 * @return the bytes
	 */
	public long memory() {
		return Long.parseLong(section("memory").getOrDefault("used_memory", "0"));
	}

	/**
	 * The memory that a key and its value take.
	 * @param key the key
	 * @return the bytes; 0 if there is none
	 */
	public long memory(byte[] key) {
		Long bytes = this.redis.memoryUsage(key);
		return (bytes != null) ? bytes : 0;
	}

	/**
	 * The version of the server and the allocator that it was built with.
	 * @return for people
	 */
	public String version() {
		return "Redis " + section("server").getOrDefault("redis_version", "of an unknown version") + " ("
				+ section("memory").getOrDefault("mem_allocator", "unknown allocator") + ")";
	}

	private long calls(Predicate<String> counted) {
		Matcher matcher = CALLS.matcher(this.redis.info("commandstats"));
		long calls = 0;
		while (matcher.find()) {
			if (counted.test(matcher.group(1))) {
				calls += Long.parseLong(matcher.group(2));
			}
		}
		return calls;
	}

	private Map<String, String> section(String name) {
		return this.redis.info(name)
			.lines()
			.map((line) -> line.split(":", 2))
			.filter((pair) -> pair.length == 2)
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> pair[1]));
	}

}
