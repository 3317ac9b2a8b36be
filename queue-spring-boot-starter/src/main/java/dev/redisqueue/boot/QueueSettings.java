package dev.redisqueue.boot;

import java.util.regex.Pattern;

import dev.redisqueue.QueueOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * One queue as it is to be made: its own properties, and the defaults where it has none.
 *
 * @param beanName the name of the bean
 * @param redisName the name in Redis
 * @param payloadType the class of the payloads, never a primitive
 * @param codec the name of the codec's bean, if one is set
 * @param connectionFactory the name of the connection factory's bean, if one is set
 * @param options everything else about the queue
 * @param listeners what holds for its listeners
 */
record QueueSettings(String beanName, String redisName, Class<?> payloadType, @Nullable String codec,
		@Nullable String connectionFactory, QueueOptions options, ListenerSettings listeners) {

	private static final Pattern REDIS_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

	static QueueSettings of(String beanName, RedisQueueProperties properties, Environment environment,
			ListenedQueues listened) {
		return new QueueMerge(beanName, properties, environment).settings(listened);
	}

	/** Whether Redis may know a queue by this name. */
	static boolean isName(String name) {
		return REDIS_NAME.matcher(name).matches();
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

}
