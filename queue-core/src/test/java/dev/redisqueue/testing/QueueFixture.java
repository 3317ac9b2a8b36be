package dev.redisqueue.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.listener.DeliveryHandler;
import dev.redisqueue.listener.ListenerOptions;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import dev.redisqueue.redis.RedisQueueFactory;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A queue of a test at a Redis that nobody else uses meanwhile, and listeners of it, each
 * process a factory of its own. After the test everything is stopped and closed, and the
 * invariants of the queue are checked.
 */
public final class QueueFixture extends QueueInRedis implements BeforeEachCallback, AfterEachCallback {

	static {
		// Nobody waits for so long unless the machine is very busy, or the test fails.
		Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
	}

	private final List<RedisQueueListenerContainer<?>> containers = new CopyOnWriteArrayList<>();

	private final List<RedisQueueFactory> factories = new CopyOnWriteArrayList<>();

	private final List<LettuceConnectionFactory> connectionFactories = new CopyOnWriteArrayList<>();

	private final List<ClientResources> resources = new CopyOnWriteArrayList<>();

	private final List<FaultProxy> proxies = new CopyOnWriteArrayList<>();

	private final List<ChildJvm> children = new ArrayList<>();

	private final String @Nullable [] ownServer;

	private RedisInstance redis;

	private StatefulRedisConnection<byte[], byte[]> connection;

	private String name;

	private boolean equalIds;

	/** At a Redis that other tests use before and after. */
	public QueueFixture() {
		this.ownServer = null;
	}

	private QueueFixture(String[] ownServer) {
		this.ownServer = ownServer;
	}

	/** At a Redis of each test's own, which it may break. */
	public static QueueFixture withOwnServer(String... arguments) {
		return new QueueFixture(arguments);
	}

	@Override
	public void beforeEach(ExtensionContext context) throws InterruptedException {
		this.redis = (this.ownServer != null) ? RedisInstance.start(this.ownServer) : RedisPool.take();
		this.name = QueueNames.fresh();
		this.connection = this.redis.connect();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		try {
			stopAll();
			if (context.getExecutionException().isEmpty()) {
				checkInvariants(this.name);
			}
		}
		finally {
			this.connection.close();
			if (this.ownServer != null) {
				this.redis.close();
			}
			else {
				RedisPool.giveBack(this.redis);
			}
		}
	}

	private void stopAll() {
		this.children.forEach(ChildJvm::close);
		this.proxies.forEach(FaultProxy::heal);
		this.containers.forEach(RedisQueueListenerContainer::stop);
		this.factories.forEach(RedisQueueFactory::close);
		this.connectionFactories.forEach(LettuceConnectionFactory::destroy);
		this.resources.forEach(TestClients::shutdown);
		this.proxies.forEach(FaultProxy::close);
	}

	/** Of another queue than the test's, which is checked after the test. */
	public void checkInvariants(String queue) {
		try (StatefulRedisConnection<byte[], byte[]> fresh = this.redis.connect()) {
			QueueInvariants invariants = QueueInvariants.of(fresh, QueueOptions.DEFAULT_NAMESPACE, queue);
			(this.equalIds ? invariants.allowEqualIds() : invariants).check();
		}
	}

	/** For tests that put the same id more than once. */
	public void allowEqualIds() {
		this.equalIds = true;
	}

	@Override
	public RedisInstance server() {
		return this.redis;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public RedisCommands<byte[], byte[]> redis() {
		return this.connection.sync();
	}

	/** A proxy before the server, closed after the test. */
	public FaultProxy proxy() {
		FaultProxy proxy = FaultProxy.before(this.redis);
		this.proxies.add(proxy);
		return proxy;
	}

	/** A JVM of its own, killed after the test at the latest. */
	public ChildJvm child(Class<?> main, List<String> options, Object... arguments) {
		ChildJvm child = ChildJvm.start(main, options, arguments);
		this.children.add(child);
		return child;
	}

	/** So, and what the library logs is among the lines that it says. */
	public ChildJvm child(Class<?> main, Object... arguments) {
		return child(main, List.of("-Dredisqueue.log=INFO"), arguments);
	}

	/** A factory as another process would have it. */
	public RedisQueueFactory process() {
		return process(this.redis.port());
	}

	public RedisQueueFactory process(int port) {
		return process(port, Duration.ofSeconds(60));
	}

	public RedisQueueFactory process(int port, Duration commandTimeout) {
		return process(connectionFactory(port, commandTimeout));
	}

	public RedisQueueFactory process(LettuceConnectionFactory connections) {
		RedisQueueFactory factory = new RedisQueueFactory(connections);
		this.factories.add(factory);
		return factory;
	}

	/** What clients run on, for tests of so many that they have to share it. */
	public ClientResources clientResources() {
		ClientResources fresh = TestClients.process();
		this.resources.add(fresh);
		return fresh;
	}

	public LettuceConnectionFactory connectionFactory(int port, Duration timeout) {
		return connectionFactory(port, timeout, clientResources());
	}

	public LettuceConnectionFactory connectionFactory(int port, Duration timeout, ClientResources shared) {
		LettuceConnectionFactory connectionFactory = new LettuceConnectionFactory(
				LettuceConnectionFactory.createRedisConfiguration(RedisURI.create(this.redis.host(), port)),
				LettuceClientConfiguration.builder().clientResources(shared).commandTimeout(timeout).build());
		connectionFactory.afterPropertiesSet();
		connectionFactory.start();
		this.connectionFactories.add(connectionFactory);
		return connectionFactory;
	}

	/** The queue in a process of its own. */
	public RedisQueue<String> queue() {
		return queue(QueueOptions.defaults());
	}

	public RedisQueue<String> queue(QueueOptions options) {
		return process().create(this.name, String.class, options);
	}

	/** The queue in a process of its own, which reaches Redis through the proxy. */
	public RedisQueue<String> queue(FaultProxy proxy, QueueOptions options) {
		return process(proxy.port()).create(this.name, String.class, options);
	}

	public RedisQueue<String> raw() {
		return queue(QueueOptions.defaults().withFormat(MessageFormat.RAW));
	}

	public static QueueOptions lease(Duration lease) {
		return QueueOptions.defaults().withLease(lease);
	}

	/** A running listener, stopped after the test. */
	public <T> RedisQueueListenerContainer<T> listen(RedisQueue<T> queue, ListenerOptions options,
			DeliveryHandler<T> handler) {
		return listen(List.of(queue), options, handler);
	}

	public <T> RedisQueueListenerContainer<T> listen(List<RedisQueue<T>> queues, ListenerOptions options,
			DeliveryHandler<T> handler) {
		return listen(name(), queues, options, handler);
	}

	/** With an id of the test's own, which its threads have too. */
	public <T> RedisQueueListenerContainer<T> listen(String id, List<RedisQueue<T>> queues, ListenerOptions options,
			DeliveryHandler<T> handler) {
		RedisQueueListenerContainer<T> container = new RedisQueueListenerContainer<>(id, queues, options, handler);
		this.containers.add(container);
		container.start();
		return container;
	}

	/**
	 * Fills the queue from a process that has gone when this returns, so that it takes no
	 * part in what follows.
	 */
	public void fill(List<String> payloads) throws InterruptedException {
		RedisQueueFactory process = process();
		RedisQueue<String> queue = process.create(this.name, String.class);
		// A release that the server does not know yet would be sent twice: as its digest,
		// which springs a trap, and as text.
		queue.put("the server knows the script from here on");
		queue.take(Duration.ofSeconds(60)).orElseThrow().release();
		queue.clear();
		queue.putAll(payloads);
		process.close();
	}

}
