package dev.redisqueue.boot.properties;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.listener.ListenerOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * All configured queues, checked: every mistake that can be seen without a bean fails
 * here.
 */
public final class RedisQueueSettings {

	private final RedisQueueProperties properties;

	private final Environment environment;

	private final Map<String, QueueSettings> queues;

	private RedisQueueSettings(RedisQueueProperties properties, Environment environment,
			Map<String, QueueSettings> queues) {
		this.properties = properties;
		this.environment = environment;
		this.queues = queues;
	}

	/** Those of the properties. */
	public static RedisQueueSettings bind(Environment environment) {
		return merge(PropertiesBinder.bind(environment), environment, Map.of());
	}

	/** With the queues that listeners name. */
	public RedisQueueSettings with(Map<String, ListenedQueue> listened) {
		return listened.isEmpty() ? this : merge(this.properties, this.environment, listened);
	}

	private static RedisQueueSettings merge(RedisQueueProperties properties, Environment environment,
			Map<String, ListenedQueue> listened) {
		Map<String, QueueSettings> queues = new LinkedHashMap<>();
		for (String name : DeclaredQueues.names(properties.queues().keySet(), environment, listened.keySet())) {
			queues.put(name, new QueueSettingsFactory(name, properties, environment).create(listened.get(name)));
		}
		requireDistinct(queues.values());
		requireShutdownTimeout(properties.shutdownTimeout());
		requireIdleEventInterval(properties.listeners().idleEventInterval());
		return new RedisQueueSettings(properties, environment, queues);
	}

	public boolean failFast() {
		return this.properties.failFast();
	}

	public Duration shutdownTimeout() {
		return this.properties.shutdownTimeout();
	}

	/** Whether listeners start with the application. */
	public boolean autoStartup() {
		return this.properties.listeners().autoStartup();
	}

	/** After how long without a message a listener says so, if at all. */
	public @Nullable Duration idleEventInterval() {
		return this.properties.listeners().idleEventInterval();
	}

	/** What holds for a queue, which the application may make itself. */
	public QueueOptions options(String beanName) {
		QueueSettings queue = this.queues.get(beanName);
		return ((queue != null) ? queue
				: new QueueSettingsFactory(beanName, this.properties, this.environment).create(null))
			.options();
	}

	public @Nullable String defaultConnectionFactory() {
		String name = this.properties.defaults().connectionFactory();
		return StringUtils.hasText(name) ? name : null;
	}

	/** What holds for the listeners of a queue, which the application may make itself. */
	public ListenerSettings listeners(String beanName) {
		QueueSettings queue = this.queues.get(beanName);
		return (queue != null) ? queue.listeners()
				: new QueueSettingsFactory(beanName, this.properties, this.environment).listeners();
	}

	/** The exceptions that the properties name, for queues and as defaults. */
	public Set<Class<? extends Throwable>> failures() {
		ListenerSettings defaults = listeners("");
		return Stream.concat(Stream.of(defaults), queues().stream().map(QueueSettings::listeners))
			.flatMap((listeners) -> listeners.failures().outcomes().keySet().stream())
			.collect(Collectors.toSet());
	}

	public Collection<QueueSettings> queues() {
		return this.queues.values();
	}

	public QueueSettings queue(String beanName) {
		QueueSettings queue = this.queues.get(beanName);
		if (queue == null) {
			throw new QueueStartupException(
					"The queue '" + beanName + "' is part of this build, but no property declares it.",
					"Set " + PropertyKeys.ofQueue(beanName, "payload-type")
							+ " as at build time, or build again without it.");
		}
		return queue;
	}

	private static void requireDistinct(Collection<QueueSettings> queues) {
		Map<String, String> taken = new HashMap<>();
		for (QueueSettings queue : queues) {
			String other = taken.put(queue.location(), queue.beanName());
			if (other != null) {
				throw new QueueStartupException(
						"The properties '" + PropertyKeys.ofQueue(other, "") + "' and '"
								+ PropertyKeys.ofQueue(queue.beanName(), "") + "' declare two queues on the same list '"
								+ queue.location() + "' in Redis.",
						"Set " + PropertyKeys.ofQueue(queue.beanName(), "name") + ", '.namespace' or '.database' to "
								+ "another value, or remove one of the two.");
			}
		}
	}

	private static void requireIdleEventInterval(@Nullable Duration interval) {
		try {
			ListenerOptions.defaults().withIdleEventInterval(interval);
		}
		catch (IllegalArgumentException ex) {
			throw new QueueStartupException("The property 'redis.queue.listeners.idle-event-interval' is '" + interval
					+ "'. " + ex.getMessage() + ".", "Correct redis.queue.listeners.idle-event-interval.", ex);
		}
	}

	private static void requireShutdownTimeout(Duration timeout) {
		if (timeout.isNegative()) {
			throw new QueueStartupException(
					"The property 'redis.queue.shutdown-timeout' is '" + timeout + "'; it must be zero or more.",
					"Correct redis.queue.shutdown-timeout.");
		}
	}

}
