package dev.redisqueue.boot;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * All configured queues, checked: every mistake that can be seen without a bean fails
 * here.
 */
final class RedisQueueSettings {

	private static final ConfigurationPropertyName QUEUES = ConfigurationPropertyName.of("redis.queue.queues");

	private final RedisQueueProperties properties;

	private final Environment environment;

	private final Map<String, QueueSettings> queues;

	private RedisQueueSettings(RedisQueueProperties properties, Environment environment,
			Map<String, QueueSettings> queues) {
		this.properties = properties;
		this.environment = environment;
		this.queues = queues;
	}

	static RedisQueueSettings bind(Environment environment) {
		try {
			RedisQueueProperties properties = Binder.get(environment)
				.bindOrCreate("redis.queue", RedisQueueProperties.class);
			if (environment instanceof ConfigurableEnvironment configurable) {
				new PropertyNames(configurable.getPropertySources()).check();
			}
			return of(properties, environment, new ListenedQueues());
		}
		catch (BindException ex) {
			QueueStartupException explained = explain(ex, environment);
			throw (explained != null) ? explained : ex;
		}
	}

	private static RedisQueueSettings of(RedisQueueProperties properties, Environment environment,
			ListenedQueues listened) {
		Map<String, QueueSettings> queues = new LinkedHashMap<>();
		for (String name : names(properties.queues().keySet(), environment, listened)) {
			queues.put(name, QueueSettings.of(name, properties, environment, listened));
		}
		requireDistinct(queues.values());
		requireShutdownTimeout(properties.shutdownTimeout());
		return new RedisQueueSettings(properties, environment, queues);
	}

	/** With the queues that listeners name. */
	RedisQueueSettings with(ListenedQueues listened) {
		return listened.names().isEmpty() ? this : of(this.properties, this.environment, listened);
	}

	boolean failFast() {
		return this.properties.failFast();
	}

	Duration shutdownTimeout() {
		return this.properties.shutdownTimeout();
	}

	@Nullable String defaultConnectionFactory() {
		String name = this.properties.defaults().connectionFactory();
		return StringUtils.hasText(name) ? name : null;
	}

	/** What holds for the listeners of a queue, which the application may make itself. */
	ListenerSettings listeners(String beanName) {
		QueueSettings queue = this.queues.get(beanName);
		return (queue != null) ? queue.listeners()
				: new QueueMerge(beanName, this.properties, this.environment).listeners();
	}

	/** The exceptions that the properties name, for queues and as defaults. */
	Set<Class<? extends Throwable>> failures() {
		ListenerSettings defaults = listeners("");
		return Stream.concat(Stream.of(defaults), queues().stream().map(QueueSettings::listeners))
			.flatMap((listeners) -> listeners.failures().outcomes().keySet().stream())
			.collect(Collectors.toSet());
	}

	Collection<QueueSettings> queues() {
		return this.queues.values();
	}

	QueueSettings queue(String beanName) {
		QueueSettings queue = this.queues.get(beanName);
		if (queue == null) {
			throw new QueueStartupException(
					"The queue '" + beanName + "' is part of this build, but no property declares it.",
					"Set " + QueueSettings.key(beanName, "payload-type")
							+ " as at build time, or build again without it.");
		}
		return queue;
	}

	/**
	 * An environment variable cannot spell dashes, dots or capitals. Its value reaches
	 * the declared queue by itself, but also appears as a queue under its own spelling.
	 */
	private static Set<String> names(Set<String> bound, Environment environment, ListenedQueues listened) {
		Set<String> typed = declared(environment, false);
		typed.addAll(listened.names());
		Map<String, String> declared = new LinkedHashMap<>();
		for (String name : typed) {
			String other = declared.put(collapsed(name), name);
			if (other != null) {
				throw new QueueStartupException(
						"The queues '" + other + "' and '" + name + "' of 'redis.queue.queues' differ only in dashes, "
								+ "dots or case, which Spring Boot does not tell apart: each would get the other's "
								+ "properties.",
						"Spell the name alike in all properties and listeners, or choose another name for one of the "
								+ "queues.");
			}
		}
		Set<String> all = new LinkedHashSet<>(bound);
		all.addAll(declared.values());
		all.addAll(declared(environment, true));
		return all.stream()
			.filter((name) -> name.equals(declared.getOrDefault(collapsed(name), name)))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * The names of the properties tell more than binding does, which passes over a queue
	 * whose only value is empty.
	 */
	private static Set<String> declared(Environment environment, boolean variables) {
		Iterable<ConfigurationPropertySource> sources = ConfigurationPropertySources.get(environment);
		return StreamSupport.stream(sources.spliterator(), false)
			.filter((source) -> variables == (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource))
			.filter(IterableConfigurationPropertySource.class::isInstance)
			.map(IterableConfigurationPropertySource.class::cast)
			.flatMap(IterableConfigurationPropertySource::stream)
			.filter((name) -> QUEUES.isAncestorOf(name) && (isField(name) || (!variables && QUEUES.isParentOf(name))))
			.map((name) -> name.getElement(QUEUES.getNumberOfElements(), Form.ORIGINAL))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static boolean isField(ConfigurationPropertyName name) {
		int queue = QUEUES.getNumberOfElements() + 1;
		return name.getNumberOfElements() > queue
				&& KnownProperties.contains(KnownProperties.OF_QUEUE, PropertyNames.readable(name.subName(queue)));
	}

	static String collapsed(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	private static void requireDistinct(Collection<QueueSettings> queues) {
		Map<String, String> taken = new HashMap<>();
		for (QueueSettings queue : queues) {
			String other = taken.put(queue.location(), queue.beanName());
			if (other != null) {
				throw new QueueStartupException(
						"The properties '" + QueueSettings.key(other, "") + "' and '"
								+ QueueSettings.key(queue.beanName(), "") + "' declare two queues on the same list '"
								+ queue.location() + "' in Redis.",
						"Set " + QueueSettings.key(queue.beanName(), "name") + ", '.namespace' or '.database' to "
								+ "another value, or remove one of the two.");
			}
		}
	}

	private static void requireShutdownTimeout(Duration timeout) {
		if (timeout.isNegative()) {
			throw new QueueStartupException(
					"The property 'redis.queue.shutdown-timeout' is '" + timeout + "'; it must be zero or more.",
					"Correct redis.queue.shutdown-timeout.");
		}
	}

	private static @Nullable QueueStartupException explain(BindException ex, Environment environment) {
		Class<?> target = ex.getTarget().getType().resolve();
		ConfigurationProperty property = ex.getProperty();
		Object value = (property != null) ? property.getValue() : environment.getProperty(ex.getName().toString());
		String description = "The property '" + ex.getName() + "' is '" + PropertyNames.masked(value) + "'"
				+ at((property != null) ? property.getOrigin() : null);
		if (target == Class.class) {
			return new QueueStartupException(description + ". There is no such class on the class path.",
					"Correct " + ex.getName() + ": the full name of a class, with '$' before a nested one.", ex);
		}
		if (target == RedisQueueProperties.Queue.class && value != null) {
			return new QueueStartupException(description + ". The name of a queue takes no value.",
					"Leave the value empty, or set " + ex.getName() + ".payload-type if a class was meant.", ex);
		}
		if (target != null && target.getNestHost() == RedisQueueProperties.class && value != null) {
			return new QueueStartupException(description + ". It is a group of properties and takes no value.",
					"Did you mean '" + KnownProperties.nearest(ex.getName() + ".") + "'? Correct it, or remove it.",
					ex);
		}
		return null;
	}

	static String at(@Nullable Origin origin) {
		return (origin != null) ? " (" + origin + ")" : "";
	}

}
