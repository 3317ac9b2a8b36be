package dev.redisqueue.boot;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.PropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds the properties below {@code redis.queue} that set nothing: binding passes over
 * them, and a typo would make a queue or a setting vanish.
 */
final class PropertyNames {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("redis.queue");

	// The name of a queue as it was typed, unless it stands in brackets: binding drops
	// what it does not allow, and {orders} would silently be orders.
	private static final Pattern TYPED_NAME = Pattern
		.compile("[^.]+\\.[^.]+\\.[^.\\[]+\\.([^.\\[]*[^A-Za-z0-9_.\\[-].*)");

	private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token|credential).*");

	private static final List<String> OF_CONNECTION = List.of("url", "host", "port", "username", "password", "ssl");

	// What Kubernetes sets in every pod for a service that happens to be called like a
	// group of ours.
	private static final Pattern SERVICE_LINK = Pattern
		.compile(".*_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

	private final PropertySources sources;

	private final Set<String> queues = new HashSet<>();

	PropertyNames(PropertySources sources) {
		this.sources = sources;
	}

	void check() {
		for (PropertySource<?> source : this.sources) {
			if (source instanceof EnumerablePropertySource<?> enumerable && !isVariables(source)) {
				for (String typed : enumerable.getPropertyNames()) {
					checkProperty(source, typed);
				}
			}
		}
		for (PropertySource<?> source : this.sources) {
			if (source instanceof EnumerablePropertySource<?> enumerable && isVariables(source)) {
				for (String variable : enumerable.getPropertyNames()) {
					checkVariable(source, variable);
				}
			}
		}
	}

	private static boolean isVariables(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource;
	}

	private void checkProperty(PropertySource<?> source, String typed) {
		if (!typed.regionMatches(true, 0, "redis", 0, 5)) {
			return;
		}
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(typed, '.');
		if (ROOT.equals(name) || isGroup(name)) {
			requireEmpty(source, typed, name);
			return;
		}
		if (!ROOT.isAncestorOf(name)) {
			return;
		}
		if (!isKnown(name)) {
			boolean connection = ROOT.isParentOf(name) && OF_CONNECTION.contains(name.getLastElement(Form.UNIFORM));
			String nearest = connection ? "spring.data.redis." + name.getLastElement(Form.UNIFORM)
					: KnownProperties.nearest(readable(name));
			throw unknown(source, "property", typed, nearest, "");
		}
		if (name.getNumberOfElements() > 3 && name.getElement(2, Form.UNIFORM).equals("queues")) {
			requirePlainName(source, typed);
			this.queues.add(RedisQueueSettings.collapsed(name.getElement(3, Form.ORIGINAL)));
		}
	}

	private static boolean isGroup(ConfigurationPropertyName name) {
		String last = name.getLastElement(Form.UNIFORM);
		return ROOT.isParentOf(name) ? List.of("queues", "defaults", "embedded").contains(last)
				: isInGroup(name) && isField(KnownProperties.GROUPS, last);
	}

	/** Where the groups of a queue stand. */
	private static boolean isInGroup(ConfigurationPropertyName name) {
		int elements = name.getNumberOfElements();
		return ROOT.isAncestorOf(name) && (elements == 5 && name.getElement(2, Form.UNIFORM).equals("queues")
				|| elements == 4 && name.getElement(2, Form.UNIFORM).equals("defaults"));
	}

	/**
	 * A group may be named alone, as YAML does, but has no value of its own.
	 */
	private static void requireEmpty(PropertySource<?> source, String typed, ConfigurationPropertyName name) {
		Object value = source.getProperty(typed);
		if (value == null || value.toString().isEmpty()) {
			return;
		}
		String nearest = switch (name.getLastElement(Form.UNIFORM)) {
			case "embedded" -> "redis.queue.embedded.enabled";
			case "defaults" -> "redis.queue.defaults.payload-type";
			case "queue", "queues" -> "redis.queue.queues.<name>";
			default -> KnownProperties.nearest(readable(name) + ".");
		};
		throw unknown(source, "property", typed, nearest, "");
	}

	private static boolean isKnown(ConfigurationPropertyName name) {
		int elements = name.getNumberOfElements();
		String group = name.getElement(2, Form.UNIFORM);
		return switch (group) {
			case "queues" -> elements <= 4 || isField(KnownProperties.OF_QUEUE, readable(name.subName(4)));
			case "defaults" -> elements == 3 || isField(KnownProperties.OF_DEFAULTS, readable(name.subName(3)));
			default -> isField(KnownProperties.OF_ROOT, readable(name.subName(2)));
		};
	}

	private static boolean isField(List<String> fields, String field) {
		return KnownProperties.contains(fields, field);
	}

	static String readable(ConfigurationPropertyName name) {
		StringBuilder readable = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			readable.append((i > 0) ? "." : "").append(name.getElement(i, Form.ORIGINAL));
		}
		return readable.toString();
	}

	private static void requirePlainName(PropertySource<?> source, String typed) {
		Matcher matcher = TYPED_NAME.matcher(typed);
		if (matcher.matches()) {
			throw new QueueStartupException(
					described(source, "property", typed) + " names a queue with characters that are not allowed; "
							+ "a name has letters, digits, '_' and '-', and with brackets around it also '.'.",
					"Rename the queue. Keys in Redis get their braces by themselves.");
		}
	}

	/**
	 * Only what is surely ours fails: the other variables of a process are not of the
	 * application's making.
	 */
	private void checkVariable(PropertySource<?> source, String variable) {
		String upper = variable.toUpperCase(Locale.ROOT);
		if (SERVICE_LINK.matcher(upper).matches()) {
			return;
		}
		if (upper.startsWith("REDIS_QUEUE_DEFAULTS_")) {
			String field = upper.substring("REDIS_QUEUE_DEFAULTS_".length());
			if (!KnownProperties.containsVariable(KnownProperties.OF_DEFAULTS, field)) {
				String nearest = KnownProperties.nearest("redis.queue.defaults." + dashed(field));
				throw unknown(source, "environment variable", variable, variable(nearest), "");
			}
		}
		else if (upper.startsWith("REDIS_QUEUE_QUEUES_")) {
			String rest = upper.substring("REDIS_QUEUE_QUEUES_".length());
			if (!isOfQueue(rest)) {
				throw unknown(source, "environment variable", variable, meant(rest),
						" Environment variables spell a queue without dashes and underscores.");
			}
		}
	}

	private boolean isOfQueue(String rest) {
		String all = RedisQueueSettings.collapsed(rest);
		boolean declared = this.queues.stream()
			.filter(all::startsWith)
			.map((queue) -> all.substring(queue.length()))
			.anyMatch((field) -> field.isEmpty() || KnownProperties.containsVariable(KnownProperties.OF_QUEUE, field));
		int end = rest.indexOf('_');
		return declared || end < 0 || KnownProperties.containsVariable(KnownProperties.OF_QUEUE, rest.substring(end));
	}

	private static String meant(String rest) {
		String all = RedisQueueSettings.collapsed(rest);
		for (String field : KnownProperties.OF_QUEUE) {
			String end = RedisQueueSettings.collapsed(field);
			if (all.endsWith(end) && all.length() > end.length()) {
				return variable(QueueSettings.key(all.substring(0, all.length() - end.length()), field));
			}
		}
		String[] queueAndField = rest.split("_", 2);
		return variable(KnownProperties.nearest(
				"redis.queue.queues." + queueAndField[0].toLowerCase(Locale.ROOT) + "." + dashed(queueAndField[1])));
	}

	private static String dashed(String variable) {
		return variable.replace('_', '-').toLowerCase(Locale.ROOT);
	}

	private static String variable(String property) {
		return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

	private static QueueStartupException unknown(PropertySource<?> source, String kind, String name, String nearest,
			String hint) {
		return new QueueStartupException(described(source, kind, name) + " sets nothing: it is unknown." + hint,
				"Did you mean '" + nearest + "'? Correct '" + name + "', or remove it.");
	}

	/**
	 * Without the credentials that a URL may carry.
	 */
	static String masked(@Nullable Object value) {
		return String.valueOf(value).replaceAll("//\\S*@", "//******@");
	}

	private static String described(PropertySource<?> source, String kind, String name) {
		Object value = SECRET.matcher(name).matches() ? "******" : masked(source.getProperty(name));
		return "The " + kind + " '" + name + "' with the value '" + value + "'"
				+ RedisQueueSettings.at(OriginLookup.getOrigin(source, name));
	}

}
