package dev.redisqueue.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * The cases, with payloads of 200 bytes.
 */
final class Cases {

	private static final int BATCH = 100;

	private final RedisQueueFactory factory;

	private final RedisCommands<byte[], byte[]> redis;

	private final String payload = "{\"text\":\"" + "x".repeat(189) + "\"}";

	/**
	 * Prepares the cases.
	 * @param factory makes our queues
	 * @param redis the connection for what is done by hand
	 */
	Cases(RedisQueueFactory factory, RedisCommands<byte[], byte[]> redis) {
		this.factory = factory;
		this.redis = redis;
	}

	List<Case> all(int scale) {
		return List.of(putAndGet(scale), putAll(scale));
	}

	private Case putAndGet(int scale) {
		RedisQueue<String> queue = this.factory.create("put-get", String.class);
		byte[] list = bytes("by-hand:put-get");
		byte[] value = bytes(this.payload);
		return new Case("put + get, 1 thread", "message", 20_000 / scale, (operations) -> {
			for (int i = 0; i < operations; i++) {
				queue.put(this.payload);
				queue.getNowait().orElseThrow();
			}
		}, (operations) -> {
			for (int i = 0; i < operations; i++) {
				this.redis.rpush(list, value);
				this.redis.lpop(list);
			}
		});
	}

	private Case putAll(int scale) {
		RedisQueue<String> queue = this.factory.create("put-all", String.class);
		byte[] list = bytes("by-hand:put-all");
		byte[] value = bytes(this.payload);
		List<String> payloads = Collections.nCopies(BATCH, this.payload);
		byte[][] values = Collections.nCopies(BATCH, value).toArray(byte[][]::new);
		return new Case("putAll of 100, 1 thread", "message", 200_000 / scale, (operations) -> {
			for (int i = 0; i < operations; i += BATCH) {
				queue.putAll(payloads);
			}
			queue.clear();
		}, (operations) -> {
			for (int i = 0; i < operations; i += BATCH) {
				this.redis.rpush(list, values);
			}
			this.redis.unlink(list);
		});
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
