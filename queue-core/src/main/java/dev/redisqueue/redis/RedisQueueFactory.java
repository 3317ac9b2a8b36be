package dev.redisqueue.redis;

import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.link.DerivedConnectionFactory;
import dev.redisqueue.redis.link.HeartbeatThread;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.upkeep.OrphanScan;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Makes queues, and owns what they need: connections of their own, derived from the
 * application's connection factory, and the threads that renew leases. Closing it closes
 * every queue that it made. <pre>{@code
 * try (RedisQueueFactory factory = new RedisQueueFactory(connectionFactory)) {
 *     RedisQueue<Order> orders = factory.create("orders", Order.class);
 *     orders.put(new Order(42));
 * }
 * }</pre>
 * <p>
 * A queue made twice is the same queue: the second call returns the first's instance, or
 * fails where type or options differ. Nothing is sent to Redis before the first use of a
 * queue.
 */
public final class RedisQueueFactory implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisQueueFactory.class);

	/** Stands for the database of the application's connection. */
	private static final Integer DEFAULT_DATABASE = -1;

	private final RedisConnectionFactory connectionFactory;

	private final JsonMapper mapper;

	private final MessageIds ids = new MessageIds();

	private final Workers workers = new Workers();

	private final Map<Integer, Connected> connected = new HashMap<>();

	private final Map<List<Object>, Made> made = new HashMap<>();

	private boolean closed;

	/**
	 * Creates a factory with a JSON mapper of its own.
	 * @param connectionFactory the application's connection to Redis: a
	 * {@code LettuceConnectionFactory}
	 * @throws IllegalArgumentException if it is of another kind
	 */
	public RedisQueueFactory(RedisConnectionFactory connectionFactory) {
		this(connectionFactory, JsonMapper.shared());
	}

	/**
	 * Creates a factory.
	 * @param connectionFactory the application's connection to Redis: a
	 * {@code LettuceConnectionFactory}
	 * @param mapper the mapper for payloads that are neither {@code String} nor
	 * {@code byte[]}
	 * @throws IllegalArgumentException if the connection factory is of another kind
	 */
	public RedisQueueFactory(RedisConnectionFactory connectionFactory, JsonMapper mapper) {
		this.connectionFactory = connectionFactory;
		this.mapper = mapper;
		DerivedConnectionFactory.requireLettuce(connectionFactory);
	}

	/**
	 * Makes a queue with the default options.
	 * @param <T> the type of the payload
	 * @param name the name: letters, digits, {@code . _ -}, at most 128
	 * @param payloadType {@code String} (UTF-8), {@code byte[]}, or any other (JSON)
	 * @return the queue
	 */
	public <T> RedisQueue<T> create(String name, Class<T> payloadType) {
		return create(name, payloadType, QueueOptions.defaults());
	}

	/**
	 * Makes a queue.
	 * @param <T> the type of the payload
	 * @param name the name: letters, digits, {@code . _ -}, at most 128
	 * @param payloadType {@code String} (UTF-8), {@code byte[]}, or any other (JSON)
	 * @param options its options
	 * @return the queue
	 */
	public <T> RedisQueue<T> create(String name, Class<T> payloadType, QueueOptions options) {
		return create(name, payloadType, this.<T>codecOf(payloadType), options);
	}

	/**
	 * Makes a queue of a generic type.
	 * @param <T> the type of the payload
	 * @param name the name: letters, digits, {@code . _ -}, at most 128
	 * @param payloadType the type of the payload, for instance {@code new
	 * ParameterizedTypeReference<List<Order>>() {}}
	 * @param options its options
	 * @return the queue
	 */
	public <T> RedisQueue<T> create(String name, ParameterizedTypeReference<T> payloadType, QueueOptions options) {
		return create(name, payloadType.getType(), this.<T>codecOf(payloadType.getType()), options);
	}

	/**
	 * Makes a queue with a codec of the application's.
	 * @param <T> the type of the payload
	 * @param name the name: letters, digits, {@code . _ -}, at most 128
	 * @param codec turns payloads into bytes and back
	 * @param options its options
	 * @return the queue
	 */
	public <T> RedisQueue<T> create(String name, PayloadCodec<T> codec, QueueOptions options) {
		return create(name, codec, codec, options);
	}

	@SuppressWarnings("unchecked") // The stock codecs are of just these types.
	private <T> PayloadCodec<T> codecOf(Type payloadType) {
		if (payloadType == String.class) {
			return (PayloadCodec<T>) PayloadCodec.string();
		}
		if (payloadType == byte[].class) {
			return (PayloadCodec<T>) PayloadCodec.bytes();
		}
		return PayloadCodec.json(this.mapper, payloadType);
	}

	@SuppressWarnings("unchecked") // Made before with the same type.
	private synchronized <T> RedisQueue<T> create(String name, Object type, PayloadCodec<T> codec,
			QueueOptions options) {
		if (this.closed) {
			throw new IllegalStateException("The factory is closed");
		}
		if (options.maxPutBytes() > options.maxReceivedBytes()) {
			throw new IllegalArgumentException("Queue " + name + " takes payloads of " + options.maxPutBytes()
					+ " bytes (max-put-size) and hands out no more than " + options.maxReceivedBytes()
					+ " (max-received-size): what is put must not be too large to be received. Raise the second, or "
					+ "lower the first");
		}
		Integer database = (options.database() != null) ? options.database() : DEFAULT_DATABASE;
		List<Object> key = List.of(options.namespace(), name, database);
		Made before = this.made.get(key);
		if (before != null) {
			if (!before.type().equals(type) || !before.options().equals(options)) {
				throw new IllegalArgumentException("Queue " + name + " in namespace " + options.namespace()
						+ " was made before with another type or other options (" + before.type() + ", "
						+ before.options() + "), now: " + type + ", " + options
						+ ". Use one queue for both, or give one of them another name");
			}
			return (RedisQueue<T>) before.parts().queue();
		}
		Connected redis = this.connected.computeIfAbsent(database, (number) -> connect(options.database()));
		QueueParts<T> parts = new QueueParts<>(new QueueSpec(name, options), codec, redis, this.ids, this.workers);
		this.made.put(key, new Made(type, options, parts));
		return parts.queue();
	}

	private Connected connect(@Nullable Integer database) {
		RedisLink link = new RedisLink(this.connectionFactory, database);
		return new Connected(link, new HeartbeatThread(link, this.workers), new OrphanScan(link, this.workers));
	}

	/**
	 * Connects to Redis now instead of at the first use: to every database that the
	 * queues made so far use, or to that of the application's connection.
	 * @throws dev.redisqueue.QueueUnavailableException if Redis does not answer
	 */
	public void connect() {
		List<Connected> databases;
		synchronized (this) {
			if (this.closed) {
				throw new IllegalStateException("The factory is closed");
			}
			if (this.connected.isEmpty()) {
				this.connected.put(DEFAULT_DATABASE, connect(null));
			}
			databases = List.copyOf(this.connected.values());
		}
		databases.forEach((database) -> database.link().connect());
	}

	/**
	 * Closes one queue that this factory has made, for queues that come and go: gives
	 * back what it holds, and ends its threads' work and its connection. Its messages
	 * stay in Redis. Verbs of the closed queue throw; {@code create} makes it anew.
	 * Idempotent. Where Redis is away, it returns after the time that a call takes, some
	 * 10 s, and other consumers get what the queue held when its lease has run out.
	 * @param queue the queue
	 * @throws IllegalArgumentException if it is open, and another factory made it
	 */
	public void close(RedisQueue<?> queue) {
		Made found = null;
		synchronized (this) {
			for (Map.Entry<List<Object>, Made> one : this.made.entrySet()) {
				if (one.getValue().parts().queue() == queue) {
					found = one.getValue();
					this.made.remove(one.getKey());
					found.parts().end();
					break;
				}
			}
		}
		if (found != null) {
			found.parts().close();
		}
		else if (!(queue instanceof DefaultRedisQueue<?> own) || !own.isClosed()) {
			throw new IllegalArgumentException("Queue " + queue.name() + " was not made by this factory");
		}
	}

	/**
	 * Gives back what its queues hold: messages that are taken and not settled return to
	 * the queue with their attempt counted. Then closes the connections. Idempotent.
	 */
	@Override
	public void close() {
		List<Made> queues;
		List<Connected> links;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			queues = List.copyOf(this.made.values());
			links = List.copyOf(this.connected.values());
		}
		links.forEach((one) -> one.link().prepareToClose());
		queues.forEach((one) -> one.parts().end());
		queues.forEach((one) -> close(one.parts()));
		this.workers.close();
		links.forEach(RedisQueueFactory::close);
	}

	private static void close(Connected redis) {
		try {
			redis.close();
		}
		catch (RuntimeException ex) {
			logger.warn("A connection was not closed in order", ex);
		}
	}

	/** One that cannot be closed in order does not keep the others open. */
	private static void close(QueueParts<?> parts) {
		try {
			parts.close();
		}
		catch (RuntimeException ex) {
			logger.warn("{} was not closed in order; other consumers get what it held when its lease has run out",
					parts.queue(), ex);
		}
	}

	/**
	 * A queue that was made.
	 *
	 * @param type the type of its payload, or its codec
	 * @param options its options
	 * @param parts its parts
	 */
	private record Made(Object type, QueueOptions options, QueueParts<?> parts) {
	}

}
