package dev.redisqueue.boot.properties;

import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.redisqueue.boot.properties.RedisQueueProperties.Defaults;
import dev.redisqueue.boot.properties.RedisQueueProperties.Queue;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * The names below {@code redis.queue}, as {@link RedisQueueProperties} has them.
 */
final class KnownProperties {

	/** What a condition reads is bound to nothing. */
	private static final String OF_CONDITION = "embedded.enabled";

	static final List<String> OF_ROOT = Stream
		.concat(names("", RedisQueueProperties.class)
			.filter((name) -> !name.equals("queues") && !name.startsWith("defaults.")), Stream.of(OF_CONDITION))
		.toList();

	static final List<String> OF_DEFAULTS = names("", Defaults.class).toList();

	/** Those that have a default come first: of equally near names they are likelier. */
	static final List<String> OF_QUEUE = Stream.concat(OF_DEFAULTS.stream(), names("", Queue.class))
		.distinct()
		.toList();

	/** Groups of properties that a queue has. */
	static final List<String> GROUPS = OF_QUEUE.stream()
		.filter((name) -> name.contains("."))
		.map((name) -> name.substring(0, name.indexOf('.')))
		.distinct()
		.toList();

	private KnownProperties() {
	}

	/** As binding finds them, by the constructor: a native image knows that one. */
	private static Stream<String> names(String group, Class<?> type) {
		Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
		return Arrays.stream(parameters).flatMap((parameter) -> {
			String name = group + DataObjectPropertyName.toDashedForm(parameter.getName());
			return parameter.getType().isRecord() ? names(name + ".", parameter.getType()) : Stream.of(name);
		});
	}

	/** Whether a property is spelled so: dashes and case do not matter, dots do. */
	static boolean contains(List<String> fields, String field) {
		return fields.stream().anyMatch((known) -> uniform(known).equals(uniform(field)));
	}

	/** Whether a variable is spelled so, which has neither dashes nor dots. */
	static boolean containsVariable(List<String> fields, String variable) {
		String collapsed = PropertyKeys.collapsed(variable);
		return fields.stream()
			.map(PropertyKeys::collapsed)
			.anyMatch((known) -> collapsed.equals(known)
					|| (known.startsWith("failure") && collapsed.replaceFirst("\\d+$", "").equals(known)));
	}

	/** An entry of a list is spelled with its number. */
	private static String uniform(String field) {
		String lower = field.toLowerCase(Locale.ROOT);
		String entry = lower.startsWith("failure.") ? lower.replaceFirst("\\.?\\[?\\d+]?$", "") : lower;
		return entry.replaceAll("[^a-z0-9.]", "");
	}

}
