package dev.redisqueue.benchmarks.peer;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;

/**
 * Streams by hand, in batches: the fastest that Redis itself offers with
 * acknowledgements.
 */
final class StreamsPeer extends LocalPeer {

	private static final int BATCH = 200;

	private static final byte[] FIELD = LettucePeer.bytes("p");

	private final AtomicInteger groups = new AtomicInteger();

	private final RedisClient client;

	private final StatefulRedisConnection<byte[], byte[]> shared;

	StreamsPeer(RedisURI redis) {
		this.client = RedisClient.create(redis);
		this.shared = this.client.connect(ByteArrayCodec.INSTANCE);
	}

	@Override
	public String id() {
		return "streams";
	}

	@Override
	public String title() {
		return "streams by hand";
	}

	@Override
	public String configuration() {
		return "XADD on a shared connection, many of them pipelined; a listener is so many threads with a connection "
				+ "each, XREADGROUP COUNT 200, then XACK and XDEL of the batch pipelined (at least once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.complementOf(EnumSet.of(Verb.GET));
	}

	@Override
	public Consumer<String> putter(String queue) {
		byte[] key = LettucePeer.bytes(queue);
		return (payload) -> this.shared.sync().xadd(key, body(payload));
	}

	@Override
	public Consumer<List<String>> bulkPutter(String queue) {
		byte[] key = LettucePeer.bytes(queue);
		RedisAsyncCommands<byte[], byte[]> redis = this.shared.async();
		return (payloads) -> await(
				payloads.stream().map((payload) -> redis.xadd(key, body(payload))).toArray(RedisFuture<?>[]::new));
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		byte[] key = LettucePeer.bytes(queue);
		byte[] group = LettucePeer.bytes("group-" + this.groups.incrementAndGet());
		this.shared.sync().xgroupCreate(StreamOffset.from(key, "0"), group, XGroupCreateArgs.Builder.mkstream());
		List<StatefulRedisConnection<byte[], byte[]>> connections = new CopyOnWriteArrayList<>();
		PollingThreads threads = new PollingThreads(concurrency, (number) -> {
			StatefulRedisConnection<byte[], byte[]> own = this.client.connect(ByteArrayCodec.INSTANCE);
			connections.add(own);
			byte[] consumer = LettucePeer.bytes("consumer-" + number);
			return () -> handle(own, key, group, consumer, handler);
		}, () -> putter(queue).accept(""));
		return () -> {
			threads.stop();
			connections.forEach(StatefulRedisConnection::close);
		};
	}

	@SuppressWarnings("unchecked") // Lettuce's varargs of a generic type.
	private static void handle(StatefulRedisConnection<byte[], byte[]> connection, byte[] key, byte[] group,
			byte[] consumer, Consumer<String> handler) {
		List<StreamMessage<byte[], byte[]>> messages = connection.sync()
			.xreadgroup(io.lettuce.core.Consumer.from(group, consumer), XReadArgs.Builder.count(BATCH).block(1000),
					StreamOffset.lastConsumed(key));
		if (messages.isEmpty()) {
			return;
		}
		for (StreamMessage<byte[], byte[]> message : messages) {
			message.getBody().values().forEach((value) -> handler.accept(new String(value, StandardCharsets.UTF_8)));
		}
		String[] ids = messages.stream().map(StreamMessage::getId).toArray(String[]::new);
		await(connection.async().xack(key, group, ids), connection.async().xdel(key, ids));
	}

	private static Map<byte[], byte[]> body(String payload) {
		return Map.of(FIELD, LettucePeer.bytes(payload));
	}

	private static void await(RedisFuture<?>... futures) {
		try {
			for (RedisFuture<?> future : futures) {
				future.get();
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void clear(String queue) {
		this.shared.sync().unlink(LettucePeer.bytes(queue));
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
