package dev.redisqueue.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import io.lettuce.core.Range;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Queues of a test at the shared Redis, each process a factory of its own; after the test
 * everything is closed and the invariants of every queue are checked.
 */
public final class QueueFixture implements BeforeEachCallback, AfterEachCallback {

	private static final Pattern BLOCKED = Pattern.compile(" flags=\\w*b\\w* .* cmd=blmove");

	private static final String STORED = """
			local stored = redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2]) + redis.call('ZCARD', KEYS[3])
			for _, taken in ipairs(redis.call('KEYS', KEYS[4])) do
			  stored = stored + redis.call('HLEN', taken) - redis.call('HEXISTS', taken, '#')
			end
			return stored
			""";

	static {
		// Nobody waits for so long unless the machine is very busy, or the test fails.
		Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
	}

	private final List<RedisQueueFactory> factories = new CopyOnWriteArrayList<>();

	private final List<LettuceConnectionFactory> connectionFactories = new CopyOnWriteArrayList<>();

	private final List<FaultProxy> proxies = new CopyOnWriteArrayList<>();

	private final List<ChildJvm> children = new ArrayList<>();

	private final String @Nullable [] ownServer;

	private RedisInstance redis;

	private StatefulRedisConnection<byte[], byte[]> connection;

	private String name;

	private boolean equalIds;

	/** At the shared Redis. */
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
	public void beforeEach(ExtensionContext context) {
		this.redis = (this.ownServer != null) ? RedisInstance.start(this.ownServer) : RedisInstance.shared();
		this.name = QueueNames.fresh();
		this.connection = this.redis.connect();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.children.forEach(ChildJvm::close);
		this.proxies.forEach(FaultProxy::heal);
		this.factories.forEach(RedisQueueFactory::close);
		this.connectionFactories.forEach(LettuceConnectionFactory::destroy);
		this.proxies.forEach(FaultProxy::close);
		try {
			if (context.getExecutionException().isEmpty()) {
				checkInvariants(this.name);
			}
		}
		finally {
			this.connection.close();
			if (this.ownServer != null) {
				this.redis.close();
			}
		}
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

	/** The server itself. */
	public RedisInstance server() {
		return this.redis;
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

	/** The name of the test's queue. */
	public String name() {
		return this.name;
	}

	/** A connection of another client. */
	public RedisCommands<byte[], byte[]> redis() {
		return this.connection.sync();
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

	public LettuceConnectionFactory connectionFactory(int port, Duration timeout) {
		LettuceConnectionFactory connectionFactory = new LettuceConnectionFactory(
				LettuceConnectionFactory.createRedisConfiguration(RedisURI.create(this.redis.host(), port)),
				LettuceClientConfiguration.builder().commandTimeout(timeout).build());
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

	public byte[] list() {
		return bytes(QueueOptions.DEFAULT_NAMESPACE + ":" + this.name);
	}

	public byte[] side(String suffix) {
		return bytes("{" + QueueOptions.DEFAULT_NAMESPACE + ":" + this.name + "}:" + suffix);
	}

	/** The names of a queue's keys. */
	public List<String> keysOf(String queue) {
		return redis().keys("*" + QueueOptions.DEFAULT_NAMESPACE + ":" + queue + "[:}]*")
			.stream()
			.map(QueueFixture::text)
			.toList();
	}

	/** How many clients of this test wait in a {@code BLMOVE} just now. */
	public long blockedClients() {
		// Of the shared server: those that came after the fixture's own connection.
		long own = (this.ownServer == null) ? redis().clientId() : 0;
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

	/** The time of Redis (ms). */
	public long now() {
		List<byte[]> time = redis().time();
		return Long.parseLong(text(time.get(0))) * 1000 + Long.parseLong(text(time.get(1))) / 1000;
	}

	/**
	 * Lets the leases of all consumers run out now. Those that a live process renews it
	 * may still save; those of dead ones stay so, without the wait.
	 */
	public void expireLeases() {
		redis().zrange(side("consumers"), 0, -1)
			.forEach((consumer) -> redis().zadd(side("consumers"), ZAddArgs.Builder.xx(), 1.0, consumer));
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

	/** Pushes as a client in another language would. */
	public void push(String... payloads) {
		for (String payload : payloads) {
			redis().rpush(list(), bytes(payload));
		}
	}

	/** Pushes over a connection that is not still about to reconnect. */
	public void pushAnew(String... payloads) {
		try (StatefulRedisConnection<byte[], byte[]> fresh = this.redis.connect()) {
			for (String payload : payloads) {
				fresh.sync().rpush(list(), bytes(payload));
			}
		}
	}

	public static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	public static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
