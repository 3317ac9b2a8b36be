package dev.redisqueue.benchmarks.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.lettuce.core.RedisURI;

/**
 * BullMQ, in Node.
 */
final class BullMqPeer extends ProcessPeer {

	private static final String ID = "bullmq";

	private static final String VERSION = "6.7.0";

	/**
	 * The client that it connects with by default, in the version that it is tested with.
	 */
	private static final String CLIENT_VERSION = "5.11.1";

	BullMqPeer(RedisURI redis) {
		super(List.of("node", program(ID, "bullmq.cjs").toString(), redis.getHost(), String.valueOf(redis.getPort()),
				Payloads.SMALL), Map.of("NODE_PATH", modules().toString(), "NODE_ENV", "production"));
	}

	private static Path modules() {
		Path modules = directory(ID).resolve("node_modules");
		if (!Files.exists(modules.resolve("ioredis"))
				&& !succeeds(Map.of(), "npm", "install", "--prefix", directory(ID).toString(), "--no-audit",
						"--no-fund", "bullmq@" + VERSION, "ioredis@" + CLIENT_VERSION)) {
			throw new IllegalStateException("npm is not there or cannot install bullmq");
		}
		return modules;
	}

	@Override
	public String id() {
		return ID;
	}

	@Override
	public String title() {
		return "BullMQ (Node)";
	}

	@Override
	public String configuration() {
		return "version " + VERSION + " with ioredis " + CLIENT_VERSION
				+ ", removeOnComplete; threads are promises that one process awaits at the same "
				+ "time; addBulk; one Worker with the concurrency of the case (at least once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.of(Verb.PUT, Verb.PUT_ALL, Verb.LISTEN);
	}

}
