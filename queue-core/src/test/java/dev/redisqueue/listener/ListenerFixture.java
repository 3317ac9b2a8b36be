package dev.redisqueue.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueInvariants;
import dev.redisqueue.testing.QueueNames;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Listeners of a test, each process a factory of its own; after the test everything is
 * stopped and closed, and the invariants of the queue are checked.
 */
final class ListenerFixture implements BeforeEachCallback, AfterEachCallback {

	private final List<RedisQueueListenerContainer<?>> containers = new CopyOnWriteArrayList<>();

	private final List<RedisQueueFactory> factories = new CopyOnWriteArrayList<>();

	private final List<LettuceConnectionFactory> connectionFactories = new CopyOnWriteArrayList<>();

	private final List<FaultProxy> proxies = new CopyOnWriteArrayList<>();

	private final List<ChildJvm> children = new ArrayList<>();

	private final boolean ownServer;

	private final String[] arguments;

	private RedisInstance redis;

	private StatefulRedisConnection<byte[], byte[]> connection;

	private String name;

	/** At the shared Redis. */
	ListenerFixture() {
		this(false);
	}

	private ListenerFixture(boolean ownServer, String... arguments) {
		this.ownServer = ownServer;
		this.arguments = arguments;
	}

	/** At a Redis of each test's own, which it may break. */
	static ListenerFixture withOwnServer(String... arguments) {
		return new ListenerFixture(true, arguments);
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.redis = this.ownServer ? RedisInstance.start(this.arguments) : RedisInstance.shared();
		this.name = QueueNames.fresh();
		this.connection = this.redis.connect();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.children.forEach(ChildJvm::close);
		this.proxies.forEach(FaultProxy::heal);
		this.containers.forEach(RedisQueueListenerContainer::stop);
		this.factories.forEach(RedisQueueFactory::close);
		this.connectionFactories.forEach(LettuceConnectionFactory::destroy);
		this.proxies.forEach(FaultProxy::close);
		try {
			if (context.getExecutionException().isEmpty()) {
				QueueInvariants.check(this.redis, QueueOptions.DEFAULT_NAMESPACE, this.name);
			}
		}
		finally {
			this.connection.close();
			if (this.ownServer) {
				this.redis.close();
			}
		}
	}

	RedisInstance server() {
		return this.redis;
	}

	FaultProxy proxy() {
		FaultProxy proxy = FaultProxy.before(this.redis);
		this.proxies.add(proxy);
		return proxy;
	}

	/** A process of its own, whose log is among the lines that it says. */
	ChildJvm child(Class<?> main, Object... arguments) {
		ChildJvm child = ChildJvm.start(main, List.of("-Dredisqueue.log=INFO"), arguments);
		this.children.add(child);
		return child;
	}

	String name() {
		return this.name;
	}

	/** A connection of another client. */
	RedisCommands<byte[], byte[]> redis() {
		return this.connection.sync();
	}

	RedisQueueFactory process() {
		return process(this.redis.port());
	}

	RedisQueueFactory process(int port) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory(this.redis.host(), port);
		connections.afterPropertiesSet();
		connections.start();
		this.connectionFactories.add(connections);
		RedisQueueFactory factory = new RedisQueueFactory(connections);
		this.factories.add(factory);
		return factory;
	}

	/** The queue in a process of its own. */
	RedisQueue<String> queue() {
		return queue(QueueOptions.defaults());
	}

	RedisQueue<String> queue(QueueOptions options) {
		return process().create(this.name, String.class, options);
	}

	RedisQueue<String> queue(FaultProxy proxy, QueueOptions options) {
		return process(proxy.port()).create(this.name, String.class, options);
	}

	/** A running listener, stopped after the test. */
	<T> RedisQueueListenerContainer<T> listen(RedisQueue<T> queue, ListenerOptions options,
			DeliveryHandler<T> handler) {
		return listen(List.of(queue), options, handler);
	}

	<T> RedisQueueListenerContainer<T> listen(List<RedisQueue<T>> queues, ListenerOptions options,
			DeliveryHandler<T> handler) {
		return listen("test", queues, options, handler);
	}

	/** For tests that run beside others, which count the threads of theirs. */
	<T> RedisQueueListenerContainer<T> listen(String id, List<RedisQueue<T>> queues, ListenerOptions options,
			DeliveryHandler<T> handler) {
		RedisQueueListenerContainer<T> container = new RedisQueueListenerContainer<>(id, queues, options, handler);
		this.containers.add(container);
		container.start();
		return container;
	}

	/** How many clients wait in a {@code BLMOVE}, of any queue at this server. */
	long blockedClients() {
		return redis().clientList().lines().filter((line) -> line.contains("cmd=blmove")).count();
	}

	/** Pushes, as a client of another kind would, over a connection that is new. */
	void pushFirst(String payload) {
		try (StatefulRedisConnection<byte[], byte[]> fresh = this.redis.connect()) {
			fresh.sync().lpush(list(), bytes(payload));
		}
	}

	/** How long the lease of the consumer that renewed least recently still runs. */
	Duration shortestLease() {
		List<byte[]> time = redis().time();
		long now = Long.parseLong(new String(time.get(0))) * 1000 + Long.parseLong(new String(time.get(1))) / 1000;
		return redis().zrangeWithScores(side("consumers"), 0, 0)
			.stream()
			.map((consumer) -> Duration.ofMillis((long) consumer.getScore() - now))
			.findFirst()
			.orElse(Duration.ZERO);
	}

	byte[] list() {
		return bytes(QueueOptions.DEFAULT_NAMESPACE + ":" + this.name);
	}

	byte[] side(String suffix) {
		return bytes("{" + QueueOptions.DEFAULT_NAMESPACE + ":" + this.name + "}:" + suffix);
	}

	static QueueOptions lease(Duration lease) {
		return QueueOptions.defaults().withLease(lease);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
