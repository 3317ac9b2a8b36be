package dev.redisqueue.boot.properties;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.PropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds the properties below {@code redis.queue} that set nothing: binding passes over
 * them, and a typo would make a queue or a setting vanish.
 * <p>
 * Spring Boot's own check ({@code ignoreUnknownFields = false}) tells no nearest name,
 * looks at no variables, quotes passwords, takes <code>{orders}</code> for
 * {@code orders}, and refuses a queue whose only value is empty.
 */
final class UnknownPropertyCheck {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("redis.queue");

	// The name of a queue as it was typed, unless it stands in brackets: binding drops
	// what it does not allow, and {orders} would silently be orders.
	private static final Pattern TYPED_NAME = Pattern
		.compile("[^.]+\\.[^.]+\\.[^.\\[]+\\.([^.\\[]*[^A-Za-z0-9_.\\[-].*)");

	private static final List<String> OF_CONNECTION = List.of("url", "host", "port", "username", "password", "ssl");

	private final PropertySources sources;

	private final Set<String> queues = new HashSet<>();

	UnknownPropertyCheck(PropertySources sources) {
		this.sources = sources;
	}

	/**
	 * Variables last, since what they spell depends on the queues that properties name.
	 */
	void check() {
		forEach(false, (source, name) -> check(FoundProperty.property(source, name)));
		UnknownVariableCheck variables = new UnknownVariableCheck(this.queues);
		forEach(true, (source, name) -> variables.check(FoundProperty.variable(source, name)));
	}

	private void forEach(boolean variables, BiConsumer<PropertySource<?>, String> action) {
		for (PropertySource<?> source : this.sources) {
			if (source instanceof EnumerablePropertySource<?> enumerable
					&& variables == source instanceof SystemEnvironmentPropertySource) {
				for (String name : enumerable.getPropertyNames()) {
					action.accept(source, name);
				}
			}
		}
	}

	private void check(FoundProperty property) {
		if (!property.name().regionMatches(true, 0, "redis", 0, 5)) {
			return;
		}
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property.name(), '.');
		if (ROOT.equals(name) || isGroup(name)) {
			if (!property.isEmpty()) {
				throw property.unknown(nearestOfGroup(name), "");
			}
		}
		else if (ROOT.isAncestorOf(name)) {
			if (!isKnown(name)) {
				throw property.unknown(nearest(name), "");
			}
			if (isOfQueue(name)) {
				requirePlainName(property);
				this.queues.add(PropertyKeys.collapsed(name.getElement(3, Form.ORIGINAL)));
			}
		}
	}

	/** A group has no value of its own. */
	private static boolean isGroup(ConfigurationPropertyName name) {
		String last = name.getLastElement(Form.UNIFORM);
		if (ROOT.isParentOf(name)) {
			return List.of("queues", "listeners", "defaults", "embedded").contains(last);
		}
		int elements = name.getNumberOfElements();
		boolean withGroups = elements == 5 && isOfQueue(name) || elements == 4 && isOf("defaults", name);
		return withGroups && KnownProperties.contains(KnownProperties.GROUPS, last);
	}

	private static boolean isOfQueue(ConfigurationPropertyName name) {
		return name.getNumberOfElements() > 3 && isOf("queues", name);
	}

	private static boolean isOf(String group, ConfigurationPropertyName name) {
		return ROOT.isAncestorOf(name) && name.getElement(2, Form.UNIFORM).equals(group);
	}

	private static boolean isKnown(ConfigurationPropertyName name) {
		int elements = name.getNumberOfElements();
		return switch (name.getElement(2, Form.UNIFORM)) {
			case "queues" -> elements <= 4 || isField(KnownProperties.OF_QUEUE, name.subName(4));
			case "defaults" -> elements == 3 || isField(KnownProperties.OF_DEFAULTS, name.subName(3));
			default -> isField(KnownProperties.OF_ROOT, name.subName(2));
		};
	}

	private static boolean isField(List<String> fields, ConfigurationPropertyName field) {
		return KnownProperties.contains(fields, PropertyKeys.readable(field));
	}

	private static String nearest(ConfigurationPropertyName name) {
		String last = name.getLastElement(Form.UNIFORM);
		boolean connection = ROOT.isParentOf(name) && OF_CONNECTION.contains(last);
		return connection ? "spring.data.redis." + last : NearestProperty.to(PropertyKeys.readable(name));
	}

	private static String nearestOfGroup(ConfigurationPropertyName name) {
		return switch (name.getLastElement(Form.UNIFORM)) {
			case "listeners" -> "redis.queue.listeners.auto-startup";
			case "embedded" -> "redis.queue.embedded.enabled";
			case "defaults" -> "redis.queue.defaults.payload-type";
			case "queue", "queues" -> "redis.queue.queues.<name>";
			default -> NearestProperty.to(PropertyKeys.readable(name) + ".");
		};
	}

	private static void requirePlainName(FoundProperty property) {
		if (TYPED_NAME.matcher(property.name()).matches()) {
			throw property.mistake(
					" names a queue with characters that are not allowed; "
							+ "a name has letters, digits, '_' and '-', and with brackets around it also '.'.",
					"Rename the queue. Keys in Redis get their braces by themselves.");
		}
	}

}
