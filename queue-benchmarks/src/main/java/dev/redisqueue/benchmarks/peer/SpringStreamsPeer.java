package dev.redisqueue.benchmarks.peer;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;

import org.springframework.data.redis.connection.RedisStreamCommands.TrimOptions;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

/**
 * The stream container of Spring Data Redis.
 */
final class SpringStreamsPeer extends LocalPeer {

	private static final int BATCH = 200;

	private static final String FIELD = "p";

	private final AtomicInteger groups = new AtomicInteger();

	private final LettuceConnectionFactory connectionFactory;

	private final StringRedisTemplate template;

	SpringStreamsPeer(RedisURI redis) {
		this.connectionFactory = PooledConnections.to(redis);
		this.template = new StringRedisTemplate(this.connectionFactory);
	}

	@Override
	public String id() {
		return "spring-streams";
	}

	@Override
	public String title() {
		return "Spring stream container";
	}

	@Override
	public String configuration() {
		return "StreamMessageListenerContainer with batches of 200 and so many consumers of a group; each message is "
				+ "acknowledged by a call of its own, as its documentation shows; nothing is deleted, the stream is "
				+ "trimmed by XADD MAXLEN (at least once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.complementOf(EnumSet.of(Verb.GET, Verb.PUT_ALL));
	}

	@Override
	public Consumer<String> putter(String queue) {
		XAddOptions trimmed = XAddOptions.trim(TrimOptions.maxLen(1_000_000).approximate());
		return (payload) -> this.template.opsForStream()
			.add(StreamRecords.newRecord().in(queue).ofMap(Map.of(FIELD, payload)), trimmed);
	}

	/** Only to fill it: the template has nothing of the kind. */
	@Override
	@SuppressWarnings("NullAway") // A pipelined callback has to return null.
	public Consumer<List<String>> bulkPutter(String queue) {
		byte[] key = LettucePeer.bytes(queue);
		return (payloads) -> this.template.executePipelined((RedisCallback<Object>) (connection) -> {
			payloads.forEach((payload) -> connection.streamCommands()
				.xAdd(key, Map.of(LettucePeer.bytes(FIELD), LettucePeer.bytes(payload))));
			return null;
		});
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		String group = "group-" + this.groups.incrementAndGet();
		this.template.opsForStream().createGroup(queue, ReadOffset.from("0"), group);
		ExecutorService executor = Executors.newFixedThreadPool(concurrency);
		StreamMessageListenerContainer<String, MapRecord<String, String, String>> container = StreamMessageListenerContainer
			.create(this.connectionFactory,
					StreamMessageListenerContainerOptions.builder()
						.batchSize(BATCH)
						.pollTimeout(Duration.ofSeconds(1))
						.executor(executor)
						.errorHandler((error) -> {
							if (!executor.isShutdown()) {
								throw new IllegalStateException(error);
							}
						})
						.build());
		for (int i = 0; i < concurrency; i++) {
			container.receive(org.springframework.data.redis.connection.stream.Consumer.from(group, "consumer-" + i),
					StreamOffset.create(queue, ReadOffset.lastConsumed()), (message) -> {
						handler.accept(message.getValue().getOrDefault(FIELD, ""));
						this.template.opsForStream().acknowledge(group, message);
					});
		}
		container.start();
		return () -> stop(container, executor, queue, concurrency);
	}

	private void stop(StreamMessageListenerContainer<?, ?> container, ExecutorService executor, String queue,
			int concurrency) {
		container.stop();
		executor.shutdown();
		for (int i = 0; i < concurrency; i++) {
			putter(queue).accept("");
		}
		clear(queue); // A consumer that was about to start ends by the error.
		try {
			executor.awaitTermination(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void clear(String queue) {
		this.template.unlink(queue);
	}

	@Override
	public void close() {
		this.connectionFactory.destroy();
	}

}
