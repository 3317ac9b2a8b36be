package dev.redisqueue.boot;

import java.util.function.Function;
import java.util.regex.Pattern;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.boot.RedisQueueProperties.Defaults;
import dev.redisqueue.boot.RedisQueueProperties.Queue;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * One queue as it is to be made: its own properties, and the defaults where it has none.
 *
 * @param beanName the name of the bean
 * @param redisName the name in Redis
 * @param payloadType the class of the payloads, never a primitive
 * @param codec the name of the codec's bean, if one is set
 * @param connectionFactory the name of the connection factory's bean, if one is set
 * @param options everything else
 */
record QueueSettings(String beanName, String redisName, Class<?> payloadType, @Nullable String codec,
		@Nullable String connectionFactory, QueueOptions options) {

	// What binding makes of a queue that is named but sets nothing.
	private static final Queue UNSET = new Queue(null, null, null, null, null, null, null, null, null, null, null);

	private static final Pattern REDIS_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

	static QueueSettings of(String beanName, RedisQueueProperties properties, Environment environment) {
		return new Merge(beanName, properties, environment).settings();
	}

	/**
	 * How the settings of a queue are spelled. A name with dots needs brackets.
	 */
	static String key(String beanName, String field) {
		String name = beanName.matches("[A-Za-z0-9_-]+") ? "." + beanName : "[" + beanName + "]";
		return "redis.queue.queues" + name + (field.isEmpty() ? "" : "." + field);
	}

	/**
	 * The property that holds for a field of the queue: its own, or the default.
	 */
	static String source(String beanName, String field, Environment environment) {
		String own = key(beanName, field);
		if (environment.containsProperty(own)) {
			return own;
		}
		return field.equals("namespace") ? "redis.queue.namespace" : "redis.queue.defaults." + field;
	}

	/**
	 * What two queues must not share: their messages would mix.
	 */
	String location() {
		String connection = (this.connectionFactory != null) ? " on " + this.connectionFactory : "";
		String database = (this.options.database() != null) ? " in database " + this.options.database() : "";
		return this.options.namespace() + ":" + this.redisName + database + connection;
	}

	private record Merge(String beanName, RedisQueueProperties properties, Environment environment) {

		QueueSettings settings() {
			Queue queue = this.properties.queues().getOrDefault(this.beanName, UNSET);
			Defaults defaults = this.properties.defaults();
			Class<?> payloadType = either(queue.payloadType(), defaults.payloadType());
			return new QueueSettings(this.beanName, redisName(queue),
					ClassUtils.resolvePrimitiveIfNecessary(payloadType), text(queue.codec(), defaults.codec()),
					text(queue.connectionFactory(), defaults.connectionFactory()), options(queue, defaults));
		}

		private String redisName(Queue queue) {
			String name = (queue.name() != null) ? queue.name() : this.beanName;
			if (!REDIS_NAME.matcher(name).matches()) {
				String property = key(this.beanName, (queue.name() != null) ? "name" : "");
				throw new QueueStartupException(
						"The queue of property '" + property + "' is named '" + name + "' in Redis; "
								+ "a name has 1 to 128 letters, digits, '.', '_' or '-'.",
						(queue.name() != null) ? "Correct " + property + "."
								: "Rename the queue, or set " + key(this.beanName, "name") + " to a valid name.");
			}
			return name;
		}

		private QueueOptions options(Queue queue, Defaults defaults) {
			QueueOptions options = QueueOptions.defaults();
			options = set("namespace", either(queue.namespace(), this.properties.namespace()), options::withNamespace);
			options = set("format", either(queue.format(), defaults.format()), options::withFormat);
			options = set("lease", either(queue.lease(), defaults.lease()), options::withLease);
			options = set("max-attempts", either(queue.maxAttempts(), defaults.maxAttempts()),
					options::withMaxAttempts);
			options = set("max-put-size", either(queue.maxPutSize(), defaults.maxPutSize()),
					sized(options::withMaxPutBytes));
			options = set("max-received-size", either(queue.maxReceivedSize(), defaults.maxReceivedSize()),
					sized(options::withMaxReceivedBytes));
			Integer database = (queue.database() != null) ? queue.database() : defaults.database();
			return (database != null) ? set("database", database, options::withDatabase) : options;
		}

		private <V> QueueOptions set(String field, V value, Function<V, QueueOptions> setter) {
			try {
				return setter.apply(value);
			}
			catch (IllegalArgumentException ex) {
				String property = source(this.beanName, field, this.environment);
				String text = this.environment.getProperty(property, value.toString());
				throw new QueueStartupException("The property '" + property + "' of the queue '" + this.beanName
						+ "' is '" + text + "'. " + ex.getMessage() + ".", "Correct " + property + ".", ex);
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

}
