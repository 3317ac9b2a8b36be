package dev.redisqueue.boot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names below {@code redis.queue}, and the nearest of them to a name that is none. A
 * test holds them to the metadata.
 */
final class KnownProperties {

	static final String PREFIX = "redis.queue.";

	static final List<String> OF_ROOT = List.of("namespace", "fail-fast", "embedded.enabled");

	static final List<String> OF_DEFAULTS = List.of("payload-type", "format", "codec", "lease", "max-attempts",
			"max-put-size", "max-received-size", "database", "connection-factory");

	static final List<String> OF_QUEUE = Stream.concat(OF_DEFAULTS.stream(), Stream.of("name", "namespace")).toList();

	// A group left out or too many is one mistake, however long its name.
	private static final int WRONG_GROUP = 5;

	private KnownProperties() {
	}

	static boolean contains(List<String> fields, String field) {
		String collapsed = RedisQueueSettings.collapsed(field);
		return fields.stream().anyMatch((known) -> RedisQueueSettings.collapsed(known).equals(collapsed));
	}

	/**
	 * The nearest known name: what stands after the last dot counts more than the group
	 * before it.
	 */
	static String nearest(String name) {
		String rest = name.substring(PREFIX.length());
		String group = group(rest);
		String field = field(rest);
		return candidates(group, field).stream()
			.min(Comparator.comparingInt((candidate) -> 2 * distance(field, field(candidate))
					+ Math.min(WRONG_GROUP, distance(group, group(candidate.substring(PREFIX.length()))))))
			.orElseThrow();
	}

	/**
	 * The names that may be meant. Of equally near ones the first wins.
	 */
	private static List<String> candidates(String group, String field) {
		List<String> candidates = new ArrayList<>();
		boolean misspelled = distance(group, "defaults") <= 2 || distance(group, "embedded") <= 2;
		if (!group.isEmpty() && !misspelled) {
			String queue = group.matches("que\\w*\\..+") ? group.substring(group.indexOf('.') + 1) : group;
			OF_QUEUE.forEach((known) -> candidates.add(QueueSettings.key(queue, known)));
		}
		if (!group.startsWith("queues.")) {
			OF_DEFAULTS.forEach((known) -> candidates.add(PREFIX + "defaults." + known));
			OF_ROOT.forEach((known) -> candidates.add(PREFIX + known));
		}
		if (group.isEmpty()) {
			candidates.add(QueueSettings.key(field, ""));
		}
		return candidates;
	}

	private static String group(String name) {
		return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
	}

	private static String field(String name) {
		return name.substring(name.lastIndexOf('.') + 1);
	}

	/**
	 * How many letters have to be put, dropped or replaced (Levenshtein).
	 */
	static int distance(String from, String to) {
		int[] costs = new int[to.length() + 1];
		Arrays.setAll(costs, (column) -> column);
		for (int row = 1; row <= from.length(); row++) {
			int diagonal = costs[0];
			costs[0] = row;
			for (int column = 1; column <= to.length(); column++) {
				int replaced = diagonal + ((from.charAt(row - 1) == to.charAt(column - 1)) ? 0 : 1);
				diagonal = costs[column];
				costs[column] = Math.min(replaced, 1 + Math.min(costs[column], costs[column - 1]));
			}
		}
		return costs[to.length()];
	}

}
