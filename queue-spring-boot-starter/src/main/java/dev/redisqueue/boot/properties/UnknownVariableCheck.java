package dev.redisqueue.boot.properties;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the environment variables below {@code REDIS_QUEUE_} that set nothing. Only what
 * is surely ours fails: the other variables of a process are not of the application's
 * making.
 */
final class UnknownVariableCheck {

	private static final String OF_DEFAULTS = "REDIS_QUEUE_DEFAULTS_";

	private static final String OF_QUEUE = "REDIS_QUEUE_QUEUES_";

	// What Kubernetes sets in every pod for a service that happens to be called like a
	// group of ours.
	private static final Pattern SERVICE_LINK = Pattern
		.compile(".*_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

	private final Set<String> queues;

	/**
	 * A check beside the properties.
	 * @param queues the queues that properties name, collapsed: a variable cannot tell
	 * where a name with underscores ends
	 */
	UnknownVariableCheck(Set<String> queues) {
		this.queues = queues;
	}

	void check(FoundProperty variable) {
		String upper = variable.name().toUpperCase(Locale.ROOT);
		if (SERVICE_LINK.matcher(upper).matches()) {
			return;
		}
		if (upper.startsWith(OF_DEFAULTS)) {
			String field = upper.substring(OF_DEFAULTS.length());
			if (!isField(KnownProperties.OF_DEFAULTS, field)) {
				throw variable.unknown(spelled(NearestProperty.to("redis.queue.defaults." + dashed(field))), "");
			}
		}
		else if (upper.startsWith(OF_QUEUE)) {
			String rest = upper.substring(OF_QUEUE.length());
			if (!isOfQueue(rest)) {
				throw variable.unknown(spelled(meant(rest)),
						" Environment variables spell a queue without dashes and underscores.");
			}
		}
	}

	private boolean isOfQueue(String rest) {
		String all = PropertyKeys.collapsed(rest);
		boolean declared = this.queues.stream()
			.filter(all::startsWith)
			.map((queue) -> all.substring(queue.length()))
			.anyMatch((field) -> field.isEmpty() || isField(KnownProperties.OF_QUEUE, field));
		int end = rest.indexOf('_');
		return declared || end < 0 || isField(KnownProperties.OF_QUEUE, rest.substring(end));
	}

	private static boolean isField(List<String> fields, String field) {
		return KnownProperties.containsVariable(fields, field);
	}

	/** A queue whose name has underscores, or else a field that is misspelled. */
	private static String meant(String rest) {
		String all = PropertyKeys.collapsed(rest);
		for (String field : KnownProperties.OF_QUEUE) {
			String end = PropertyKeys.collapsed(field);
			if (all.endsWith(end) && all.length() > end.length()) {
				return PropertyKeys.ofQueue(all.substring(0, all.length() - end.length()), field);
			}
		}
		String[] queueAndField = rest.split("_", 2);
		return NearestProperty
			.to("redis.queue.queues." + queueAndField[0].toLowerCase(Locale.ROOT) + "." + dashed(queueAndField[1]));
	}

	private static String dashed(String variable) {
		return variable.replace('_', '-').toLowerCase(Locale.ROOT);
	}

	private static String spelled(String property) {
		return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

}
