package dev.redisqueue.boot.properties;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

import dev.redisqueue.Backoff;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.boot.properties.RedisQueueProperties.DeadLetters;
import dev.redisqueue.boot.properties.RedisQueueProperties.DefaultDeadLetters;
import dev.redisqueue.boot.properties.RedisQueueProperties.Defaults;
import dev.redisqueue.boot.properties.RedisQueueProperties.Queue;
import dev.redisqueue.listener.ListenerOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Puts the properties of a queue and the defaults together: what {@link Queue} does not
 * set, {@link Defaults} does. The one place, beside those two, that a further property
 * needs.
 *
 * @param beanName the name of the bean; one that no property spells has the defaults
 * @param properties what was bound
 * @param environment where the properties are, to be quoted as they were written
 */
record QueueSettingsFactory(String beanName, RedisQueueProperties properties, Environment environment) {

	// What binding makes of a queue that is named but sets nothing.
	private static final Queue UNSET = new Binder(new MapConfigurationPropertySource()).bindOrCreate("unset",
			Queue.class);

	QueueSettings create(@Nullable ListenedQueue listened) {
		Queue queue = own();
		Defaults defaults = this.properties.defaults();
		return new QueueSettings(this.beanName, redisName(queue), payloadType(queue, listened),
				text(queue.codec(), defaults.codec()), text(queue.connectionFactory(), defaults.connectionFactory()),
				options(queue, defaults), listeners());
	}

	/** What holds for the listeners of the queue, whoever makes it. */
	ListenerSettings listeners() {
		Queue queue = own();
		Defaults defaults = this.properties.defaults();
		ListenerOptions options = ListenerOptions.defaults();
		options = set("concurrency", either(queue.concurrency(), defaults.concurrency()), options::withConcurrency);
		Duration timeout = (queue.handlerTimeout() != null) ? queue.handlerTimeout() : defaults.handlerTimeout();
		if (timeout != null) {
			options = set("handler-timeout", timeout, options::withHandlerTimeout);
		}
		FailureRows rows = FailureRows.of(defaults.failure(), "redis.queue.defaults.failure");
		FailureRows ownRows = FailureRows.of(queue.failure(), PropertyKeys.ofQueue(this.beanName, "failure"));
		return new ListenerSettings(options, rows.with(ownRows), !ownRows.outcomes().isEmpty());
	}

	/** A variable cannot spell the name of a queue that no other property spells. */
	private Queue own() {
		Map<String, Queue> queues = this.properties.queues();
		Queue queue = queues.get(this.beanName);
		return (queue != null) ? queue : queues.getOrDefault(PropertyKeys.collapsed(this.beanName), UNSET);
	}

	/** The queue's own property, then the listeners' parameters, then the default. */
	private Class<?> payloadType(Queue queue, @Nullable ListenedQueue listened) {
		Class<?> own = (queue.payloadType() != null) ? ClassUtils.resolvePrimitiveIfNecessary(queue.payloadType())
				: null;
		Class<?> asked = (listened != null) ? listened.payloadType() : null;
		if (listened != null && asked != null && own != null && own != asked) {
			String property = PropertyKeys.ofQueue(this.beanName, "payload-type");
			throw new QueueStartupException(
					"The listener " + listened.listener() + " takes " + asked.getName() + " from the queue '"
							+ this.beanName + "', but the property '" + property + "' is '" + own.getName() + "'.",
					"Set " + property + "=" + asked.getName() + " or remove it, or take the class of the property.");
		}
		Class<?> type = (own != null) ? own : asked;
		return ClassUtils.resolvePrimitiveIfNecessary(either(type, this.properties.defaults().payloadType()));
	}

	private String redisName(Queue queue) {
		String name = (queue.name() != null) ? queue.name() : this.beanName;
		if (!QueueSettings.isName(name)) {
			String property = PropertyKeys.ofQueue(this.beanName, (queue.name() != null) ? "name" : "");
			throw new QueueStartupException(
					"The queue of property '" + property + "' is named '" + name + "' in Redis; "
							+ "a name has 1 to 128 letters, digits, '.', '_' or '-'.",
					(queue.name() != null) ? "Correct " + property + "." : "Rename the queue, or set "
							+ PropertyKeys.ofQueue(this.beanName, "name") + " to a valid name.");
		}
		return name;
	}

	private QueueOptions options(Queue queue, Defaults defaults) {
		QueueOptions options = QueueOptions.defaults();
		options = set("namespace", either(queue.namespace(), this.properties.namespace()), options::withNamespace);
		options = set("format", either(queue.format(), defaults.format()), options::withFormat);
		options = set("lease", either(queue.lease(), defaults.lease()), options::withLease);
		options = set("max-attempts", either(queue.maxAttempts(), defaults.maxAttempts()), options::withMaxAttempts);
		options = backoff(options, either(queue.backoff().first(), defaults.backoff().first()),
				either(queue.backoff().longest(), defaults.backoff().longest()));
		options = set("hold-warning", either(queue.holdWarning(), defaults.holdWarning()), options::withHoldWarning);
		Duration maxHold = (queue.maxHold() != null) ? queue.maxHold() : defaults.maxHold();
		options = (maxHold != null) ? set("max-hold", maxHold, options::withMaxHold) : options;
		options = options.withTransactions(this.properties.transaction());
		options = limits(options, queue, defaults);
		options = letters(options, queue.deadLetters(), defaults.deadLetters());
		Integer database = (queue.database() != null) ? queue.database() : defaults.database();
		return (database != null) ? set("database", database, options::withDatabase) : options;
	}

	private QueueOptions limits(QueueOptions from, Queue queue, Defaults defaults) {
		QueueOptions options = from;
		options = set("max-put-size", either(queue.maxPutSize(), defaults.maxPutSize()),
				sized(options::withMaxPutBytes));
		options = set("max-received-size", either(queue.maxReceivedSize(), defaults.maxReceivedSize()),
				sized(options::withMaxReceivedBytes));
		requireReceivable(options);
		options = set("expired-messages", either(queue.expiredMessages(), defaults.expiredMessages()),
				options::withExpiredMessages);
		options = set("max-size", either(queue.maxSize(), defaults.maxSize()), options::withMaxSize);
		options = set("when-full", either(queue.whenFull(), defaults.whenFull()), options::withWhenFull);
		return set("put-timeout", either(queue.putTimeout(), defaults.putTimeout()), options::withPutTimeout);
	}

	private void requireReceivable(QueueOptions options) {
		if (options.maxPutBytes() > options.maxReceivedBytes()) {
			throw new QueueStartupException(
					"The queue '" + this.beanName + "' takes payloads of " + options.maxPutBytes()
							+ " bytes (max-put-size) and hands out no more than " + options.maxReceivedBytes()
							+ " (max-received-size): what is put would become a dead letter.",
					"Raise " + PropertyKeys.ofQueue(this.beanName, "max-received-size") + ", or lower "
							+ PropertyKeys.ofQueue(this.beanName, "max-put-size") + ".");
		}
	}

	private QueueOptions letters(QueueOptions from, DeadLetters own, DefaultDeadLetters defaults) {
		QueueOptions options = set("dead-letters.limit", either(own.limit(), defaults.limit()),
				from::withDeadLetterLimit);
		Duration age = (own.age() != null) ? own.age() : defaults.age();
		return (age != null) ? set("dead-letters.age", age, options::withDeadLetterAge) : options;
	}

	private QueueOptions backoff(QueueOptions options, Duration first, Duration longest) {
		return set("backoff.first", first, (limit) -> options.withBackoff(Backoff.exponential(limit, longest)));
	}

	private <V, O> O set(String field, V value, Function<V, O> setter) {
		try {
			return setter.apply(value);
		}
		catch (IllegalArgumentException ex) {
			String property = PropertyKeys.holding(this.beanName, field, this.environment);
			String text = this.environment.getProperty(property, value.toString());
			throw new QueueStartupException("The property '" + property + "' of the queue '" + this.beanName + "' is '"
					+ text + "'. " + ex.getMessage() + ".", "Correct " + property + ".", ex);
		}
	}

	private static Function<DataSize, QueueOptions> sized(Function<Integer, QueueOptions> setter) {
		return (size) -> {
			if (size.toBytes() > Integer.MAX_VALUE) {
				throw new IllegalArgumentException("It must be less than 2GB");
			}
			return setter.apply((int) size.toBytes());
		};
	}

	private static <V> V either(@Nullable V own, V other) {
		return (own != null) ? own : other;
	}

	private static @Nullable String text(@Nullable String own, @Nullable String other) {
		return StringUtils.hasText(own) ? own : (StringUtils.hasText(other) ? other : null);
	}

}
