package dev.redisqueue.benchmarks.peer;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ListOperations;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The list operations of Spring Data Redis.
 */
final class RedisTemplatePeer extends LocalPeer {

	private static final Duration WAIT = Duration.ofSeconds(1);

	private final LettuceConnectionFactory connectionFactory;

	private final StringRedisTemplate template;

	private final ListOperations<String, String> lists;

	RedisTemplatePeer(RedisURI redis) {
		this.connectionFactory = PooledConnections.to(redis);
		this.template = new StringRedisTemplate(this.connectionFactory);
		this.lists = this.template.opsForList();
	}

	@Override
	public String id() {
		return "template";
	}

	@Override
	public String title() {
		return "RedisTemplate";
	}

	@Override
	public String configuration() {
		return "StringRedisTemplate, rightPush, rightPushAll and leftPop on the shared connection; a listener is so "
				+ "many threads with leftPop, and a blocking leftPop on a pooled connection where that finds nothing "
				+ "(at most once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.allOf(Verb.class);
	}

	@Override
	public Consumer<String> putter(String queue) {
		return (payload) -> this.lists.rightPush(queue, payload);
	}

	@Override
	public Consumer<List<String>> bulkPutter(String queue) {
		return (payloads) -> this.lists.rightPushAll(queue, payloads);
	}

	@Override
	public Supplier<@Nullable String> getter(String queue) {
		return () -> this.lists.leftPop(queue);
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		Runnable poll = () -> {
			String payload = this.lists.leftPop(queue);
			if (payload == null) {
				payload = this.lists.leftPop(queue, WAIT);
			}
			if (payload != null) {
				handler.accept(payload);
			}
		};
		return new PollingThreads(concurrency, (number) -> poll, () -> putter(queue).accept(""));
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
