package dev.redisqueue.boot.properties;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.Environment;

/**
 * How the properties of a queue are spelled.
 */
public final class PropertyKeys {

	static final String PREFIX = "redis.queue.";

	private PropertyKeys() {
	}

	/**
	 * The property of a queue. A name with dots needs brackets.
	 * @param queue the bean name of the queue
	 * @param field what is set, or nothing for the queue itself
	 */
	public static String ofQueue(String queue, String field) {
		String name = queue.matches("[A-Za-z0-9_-]+") ? "." + queue : "[" + queue + "]";
		return PREFIX + "queues" + name + (field.isEmpty() ? "" : "." + field);
	}

	/**
	 * The property that holds for a field of a queue: its own, or the default.
	 */
	public static String holding(String queue, String field, Environment environment) {
		String own = ofQueue(queue, field);
		if (environment.containsProperty(own)) {
			return own;
		}
		return field.equals("namespace") ? PREFIX + "namespace" : PREFIX + "defaults." + field;
	}

	/** With dots and dashes as they were typed, but without brackets. */
	static String readable(ConfigurationPropertyName name) {
		return IntStream.range(0, name.getNumberOfElements())
			.mapToObj((element) -> name.getElement(element, Form.ORIGINAL))
			.collect(Collectors.joining("."));
	}

	/**
	 * What is left of a name where neither dashes, dots nor capitals count, as for Spring
	 * Boot and for environment variables.
	 */
	static String collapsed(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
