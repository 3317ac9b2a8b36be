package dev.redisqueue.boot.properties;

import java.util.regex.Pattern;

import dev.redisqueue.QueueOptions;
import org.jspecify.annotations.Nullable;

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
public record QueueSettings(String beanName, String redisName, Class<?> payloadType, @Nullable String codec,
		@Nullable String connectionFactory, QueueOptions options, ListenerSettings listeners) {

	private static final Pattern REDIS_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

	/** Whether Redis may know a queue by this name. */
	public static boolean isName(String name) {
		return REDIS_NAME.matcher(name).matches();
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
