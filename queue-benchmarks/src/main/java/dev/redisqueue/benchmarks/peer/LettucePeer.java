package dev.redisqueue.benchmarks.peer;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a list by hand: what everybody who sends one command a message is
 * measured by.
 */
final class LettucePeer extends LocalPeer {

	private final RedisClient client;

	private final StatefulRedisConnection<byte[], byte[]> shared;

	LettucePeer(RedisURI redis) {
		this.client = RedisClient.create(redis);
		this.shared = this.client.connect(ByteArrayCodec.INSTANCE);
	}

	@Override
	public String id() {
		return "lettuce";
	}

	@Override
	public String title() {
		return "by hand (Lettuce)";
	}

	@Override
	public String configuration() {
		return "RPUSH and LPOP on one connection that all threads share, as Lettuce advises; a listener is so many "
				+ "threads with LPOP, and BLPOP on a connection each where that finds nothing (at most once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.allOf(Verb.class);
	}

	@Override
	public Consumer<String> putter(String queue) {
		byte[] key = bytes(queue);
		RedisCommands<byte[], byte[]> redis = this.shared.sync();
		return (payload) -> redis.rpush(key, bytes(payload));
	}

	@Override
	public Consumer<List<String>> bulkPutter(String queue) {
		byte[] key = bytes(queue);
		return (payloads) -> this.shared.sync()
			.rpush(key, payloads.stream().map(LettucePeer::bytes).toArray(byte[][]::new));
	}

	@Override
	public Supplier<@Nullable String> getter(String queue) {
		byte[] key = bytes(queue);
		RedisCommands<byte[], byte[]> redis = this.shared.sync();
		return () -> text(redis.lpop(key));
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		byte[] key = bytes(queue);
		List<StatefulRedisConnection<byte[], byte[]>> waiting = new CopyOnWriteArrayList<>();
		PollingThreads threads = new PollingThreads(concurrency, (number) -> {
			StatefulRedisConnection<byte[], byte[]> own = this.client.connect(ByteArrayCodec.INSTANCE);
			waiting.add(own);
			return () -> {
				String payload = text(this.shared.sync().lpop(key));
				if (payload == null) {
					KeyValue<byte[], byte[]> next = own.sync().blpop(1, key);
					payload = (next != null) ? text(next.getValue()) : null;
				}
				if (payload != null) {
					handler.accept(payload);
				}
			};
		}, () -> putter(queue).accept(""));
		return () -> {
			threads.stop();
			waiting.forEach(StatefulRedisConnection::close);
		};
	}

	@Override
	public void clear(String queue) {
		this.shared.sync().unlink(bytes(queue));
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static @Nullable String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : null;
	}

}
