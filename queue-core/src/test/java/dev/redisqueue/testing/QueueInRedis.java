package dev.redisqueue.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import dev.redisqueue.QueueOptions;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * What Redis holds of the test's queue, as a client of another kind sees and changes it.
 */
public abstract class QueueInRedis {

	private static final Pattern BLOCKED = Pattern.compile(" flags=\\w*b\\w* .* cmd=blmove");

	private static final String STORED = """
			local stored = redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2]) + redis.call('ZCARD', KEYS[3])
			for _, taken in ipairs(redis.call('KEYS', KEYS[4])) do
			  stored = stored + redis.call('HLEN', taken) - redis.call('HEXISTS', taken, '#')
			end
			return stored
			""";

	/** The server itself. */
	public abstract RedisInstance server();

	/** The name of the test's queue. */
	public abstract String name();

	/** A connection of another client. */
	public abstract RedisCommands<byte[], byte[]> redis();

	public byte[] list() {
		return bytes(QueueOptions.DEFAULT_NAMESPACE + ":" + name());
	}

	public byte[] side(String suffix) {
		return bytes("{" + QueueOptions.DEFAULT_NAMESPACE + ":" + name() + "}:" + suffix);
	}

	/**
	 * A key of the layout: the list where the suffix is empty; those of a consumer are
	 * those of the one that there is.
	 */
	public byte[] key(String suffix) {
		if (suffix.isEmpty()) {
			return list();
		}
		if (suffix.equals("taken") || suffix.equals("begun")) {
			return side(suffix + ":" + text(redis().zrange(side("consumers"), 0, 0).get(0)));
		}
		return side(suffix);
	}

	/** The names of a queue's keys. */
	public List<String> keysOf(String queue) {
		return redis().keys("*" + QueueOptions.DEFAULT_NAMESPACE + ":" + queue + "[:}]*")
			.stream()
			.map(QueueInRedis::text)
			.toList();
	}

	/** How many clients of this test wait in a {@code BLMOVE} just now. */
	public long blockedClients() {
		// The server may have clients of earlier tests still, which go one by one.
		long own = redis().clientId();
		return redis().clientList()
			.lines()
			.filter((line) -> BLOCKED.matcher(line).find())
			.filter((line) -> Long.parseLong(line.substring("id=".length(), line.indexOf(' '))) > own)
			.count();
	}

	public boolean hasBlockedClient() {
		return blockedClients() > 0;
	}

	/** How many consumers have a lease that runs. */
	public long liveConsumers() {
		return redis().zcount(side("consumers"),
				Range.from(Range.Boundary.including(now()), Range.Boundary.unbounded()));
	}

	/**
	 * How many messages are ready, arrived, delayed or taken, all at one moment: figures
	 * that are read one after the other miss what moves between them.
	 */
	public long stored() {
		Long stored = redis().eval(STORED, ScriptOutputType.INTEGER, list(), side("arrived"), side("delayed"),
				side("taken:*"));
		return stored;
	}

	/** When the lease of a consumer ends (ms). */
	public long leaseOf(byte[] consumer) {
		return redis().zscore(side("consumers"), consumer).longValue();
	}

	/** How long the lease of the consumer that renewed least recently still runs. */
	public Duration shortestLease() {
		long now = now();
		return redis().zrangeWithScores(side("consumers"), 0, 0)
			.stream()
			.map((consumer) -> Duration.ofMillis((long) consumer.getScore() - now))
			.findFirst()
			.orElse(Duration.ZERO);
	}

	/**
	 * Lets the leases of all consumers run out now. Those that a live process renews it
	 * may still save; those of dead ones stay so, without the wait.
	 */
	public void expireLeases() {
		redis().zrange(side("consumers"), 0, -1)
			.forEach((consumer) -> redis().zadd(side("consumers"), ZAddArgs.Builder.xx(), 1.0, consumer));
	}

	/** The time of Redis (ms). */
	public long now() {
		List<byte[]> time = redis().time();
		return Long.parseLong(text(time.get(0))) * 1000 + Long.parseLong(text(time.get(1))) / 1000;
	}

	/** Pushes as a client in another language would. */
	public void push(String... payloads) {
		for (String payload : payloads) {
			redis().rpush(list(), bytes(payload));
		}
	}

	/** Pushes over a connection that is not still about to reconnect. */
	public void pushAnew(String... payloads) {
		try (StatefulRedisConnection<byte[], byte[]> fresh = server().connect()) {
			for (String payload : payloads) {
				fresh.sync().rpush(list(), bytes(payload));
			}
		}
	}

	/** So, but before all others. */
	public void pushFirst(String payload) {
		try (StatefulRedisConnection<byte[], byte[]> fresh = server().connect()) {
			fresh.sync().lpush(list(), bytes(payload));
		}
	}

	public static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	public static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
