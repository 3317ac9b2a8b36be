package dev.redisqueue.benchmarks.peer;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.lettuce.core.RedisURI;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.serializer.StringRedisSerializer;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.redis.inbound.RedisQueueMessageDrivenEndpoint;
import org.springframework.integration.redis.outbound.RedisQueueOutboundChannelAdapter;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * The queue adapters of Spring Integration.
 */
final class IntegrationPeer extends LocalPeer {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final Map<String, RedisQueueOutboundChannelAdapter> outbound = new ConcurrentHashMap<>();

	private final LettuceConnectionFactory connectionFactory;

	private final StringRedisTemplate template;

	IntegrationPeer(RedisURI redis) {
		this.connectionFactory = PooledConnections.to(redis);
		this.template = new StringRedisTemplate(this.connectionFactory);
		this.context.registerBean("taskScheduler", ThreadPoolTaskScheduler.class);
		this.context.refresh();
	}

	@Override
	public String id() {
		return "integration";
	}

	@Override
	public String title() {
		return "Spring Integration";
	}

	@Override
	public String configuration() {
		return "RedisQueueOutboundChannelAdapter; so many RedisQueueMessageDrivenEndpoints with a StringRedisSerializer "
				+ "and a DirectChannel, on pooled connections (at most once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.of(Verb.PUT, Verb.LISTEN, Verb.PUT_AND_LISTEN, Verb.LATENCY);
	}

	@Override
	public Consumer<String> putter(String queue) {
		RedisQueueOutboundChannelAdapter adapter = this.outbound.computeIfAbsent(queue, this::adapter);
		return (payload) -> adapter.handleMessage(new GenericMessage<>(payload));
	}

	private RedisQueueOutboundChannelAdapter adapter(String queue) {
		RedisQueueOutboundChannelAdapter adapter = new RedisQueueOutboundChannelAdapter(queue, this.connectionFactory);
		adapter.setSerializer(StringRedisSerializer.UTF_8);
		adapter.setBeanFactory(this.context.getBeanFactory());
		adapter.setIntegrationEvaluationContext(new StandardEvaluationContext());
		adapter.afterPropertiesSet();
		return adapter;
	}

	/** Only to fill it: the adapters have nothing of the kind. */
	@Override
	public Consumer<List<String>> bulkPutter(String queue) {
		return (payloads) -> this.template.opsForList().leftPushAll(queue, payloads);
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		DirectChannel channel = new DirectChannel();
		channel.setBeanFactory(this.context.getBeanFactory());
		channel.afterPropertiesSet();
		channel.subscribe((message) -> handler.accept((String) message.getPayload()));
		List<RedisQueueMessageDrivenEndpoint> endpoints = IntStream.range(0, concurrency)
			.mapToObj((i) -> endpoint(queue, channel))
			.toList();
		endpoints.forEach(RedisQueueMessageDrivenEndpoint::start);
		return () -> {
			endpoints.forEach(RedisQueueMessageDrivenEndpoint::stop);
			endpoints.forEach((endpoint) -> putter(queue).accept(""));
			endpoints.forEach(IntegrationPeer::awaitEnd);
		};
	}

	private RedisQueueMessageDrivenEndpoint endpoint(String queue, DirectChannel channel) {
		RedisQueueMessageDrivenEndpoint endpoint = new RedisQueueMessageDrivenEndpoint(queue, this.connectionFactory);
		endpoint.setSerializer(StringRedisSerializer.UTF_8);
		endpoint.setReceiveDuration(Duration.ofSeconds(1));
		endpoint.setOutputChannel(channel);
		endpoint.setBeanFactory(this.context.getBeanFactory());
		endpoint.setApplicationEventPublisher(this.context);
		endpoint.afterPropertiesSet();
		return endpoint;
	}

	private static void awaitEnd(RedisQueueMessageDrivenEndpoint endpoint) {
		for (int i = 0; endpoint.isListening() && i < 2000; i++) {
			LockSupport.parkNanos(1_000_000);
		}
	}

	@Override
	public void clear(String queue) {
		this.template.unlink(queue);
	}

	@Override
	public void close() {
		this.context.close();
		this.connectionFactory.destroy();
	}

}
