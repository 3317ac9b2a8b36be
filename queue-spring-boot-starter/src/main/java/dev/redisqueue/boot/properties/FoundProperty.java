package dev.redisqueue.boot.properties;

import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.PropertySource;

/**
 * A property or an environment variable where it is set.
 *
 * @param source what sets it
 * @param kind what it is called
 * @param name how it is spelled there
 */
record FoundProperty(PropertySource<?> source, String kind, String name) {

	static FoundProperty property(PropertySource<?> source, String name) {
		return new FoundProperty(source, "property", name);
	}

	static FoundProperty variable(PropertySource<?> source, String name) {
		return new FoundProperty(source, "environment variable", name);
	}

	/** A group may be named alone, as YAML does. */
	boolean isEmpty() {
		Object value = this.source.getProperty(this.name);
		return value == null || value.toString().isEmpty();
	}

	QueueStartupException unknown(String nearest, String hint) {
		return mistake(" sets nothing: it is unknown." + hint,
				"Did you mean '" + nearest + "'? Correct '" + this.name + "', or remove it.");
	}

	QueueStartupException mistake(String problem, String action) {
		return new QueueStartupException("The " + this.kind + " '" + this.name + "' with the value '"
				+ PropertyQuotes.value(this.name, this.source.getProperty(this.name)) + "'"
				+ PropertyQuotes.origin(OriginLookup.getOrigin(this.source, this.name)) + problem, action);
	}

}
