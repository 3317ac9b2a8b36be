package dev.redisqueue.boot.properties;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Binds {@code redis.queue.*}, and explains what Spring Boot's analysis of a failed
 * conversion would leave open: what kind of value is wanted.
 */
final class PropertiesBinder {

	private PropertiesBinder() {
	}

	static RedisQueueProperties bind(Environment environment) {
		try {
			RedisQueueProperties properties = Binder.get(environment)
				.bindOrCreate("redis.queue", RedisQueueProperties.class);
			if (environment instanceof ConfigurableEnvironment configurable) {
				new UnknownPropertyCheck(configurable.getPropertySources()).check();
			}
			return properties;
		}
		catch (BindException ex) {
			QueueStartupException explained = explain(ex, environment);
			throw (explained != null) ? explained : ex;
		}
	}

	private static @Nullable QueueStartupException explain(BindException ex, Environment environment) {
		Class<?> target = ex.getTarget().getType().resolve();
		ConfigurationProperty property = ex.getProperty();
		Object value = (property != null) ? property.getValue() : environment.getProperty(ex.getName().toString());
		String description = "The property '" + ex.getName() + "' is '" + PropertyQuotes.withoutCredentials(value) + "'"
				+ PropertyQuotes.origin((property != null) ? property.getOrigin() : null);
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
					"Did you mean '" + NearestProperty.to(ex.getName() + ".") + "'? Correct it, or remove it.", ex);
		}
		return null;
	}

}
