package dev.redisqueue.boot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The names below {@code redis.queue}, and the nearest of them to a name that is none. A
 * test holds them to the metadata.
 */
final class KnownProperties {

	static final String PREFIX = "redis.queue.";

	static final List<String> OF_ROOT = List.of("namespace", "fail-fast", "shutdown-timeout", "transaction",
			"embedded.enabled");

	static final List<String> OF_DEFAULTS = List.of("payload-type", "format", "codec", "lease", "max-attempts",
			"backoff.first", "backoff.longest", "hold-warning", "max-put-size", "max-received-size", "expired-messages",
			"max-size", "when-full", "put-timeout", "dead-letters.limit", "dead-letters.age", "database",
			"connection-factory", "concurrency", "handler-timeout", "failure.retry", "failure.bury", "failure.release",
			"failure.discard");

	static final List<String> OF_QUEUE = Stream.concat(OF_DEFAULTS.stream(), Stream.of("name", "namespace")).toList();

	/** Groups of properties that a queue has. */
	static final List<String> GROUPS = List.of("backoff", "dead-letters", "failure");

	// A group left out or too many is one mistake, however long its name.
	private static final int WRONG_GROUP = 5;

	private KnownProperties() {
	}

	/** Whether a property is spelled so: dashes and case do not matter, dots do. */
	static boolean contains(List<String> fields, String field) {
		return fields.stream().anyMatch((known) -> uniform(known).equals(uniform(field)));
	}

	/** Whether a variable is spelled so, which has neither dashes nor dots. */
	static boolean containsVariable(List<String> fields, String variable) {
		String collapsed = RedisQueueSettings.collapsed(variable);
		return fields.stream()
			.map(RedisQueueSettings::collapsed)
			.anyMatch((known) -> collapsed.equals(known)
					|| (known.startsWith("failure") && collapsed.replaceFirst("\\d+$", "").equals(known)));
	}

	/** An entry of a list is spelled with its number. */
	private static String uniform(String field) {
		String lower = field.toLowerCase(Locale.ROOT);
		String entry = lower.startsWith("failure.") ? lower.replaceFirst("\\.?\\[?\\d+]?$", "") : lower;
		return entry.replaceAll("[^a-z0-9.]", "");
	}

	/**
	 * The nearest known name: what stands at the end counts more than the group before
	 * it.
	 */
	static String nearest(String name) {
		String rest = name.substring(PREFIX.length());
		return candidates(rest).stream()
			.min(Comparator.comparingInt((candidate) -> candidate.distance(rest)))
			.orElseThrow()
			.name();
	}

	/**
	 * The names that may be meant. Of equally near ones the first wins.
	 */
	private static List<Candidate> candidates(String rest) {
		List<Candidate> candidates = new ArrayList<>();
		String group = group(rest);
		String queue = isNested(group) ? group(group) : group;
		boolean misspelled = distance(queue, "defaults") <= 2 || distance(queue, "embedded") <= 2;
		if (!queue.isEmpty() && !misspelled) {
			OF_QUEUE.forEach((known) -> candidates.add(Candidate.ofQueue(queue, known)));
		}
		if (!group.startsWith("queues.")) {
			OF_DEFAULTS
				.forEach((known) -> candidates.add(new Candidate("defaults", known, PREFIX + "defaults." + known)));
			OF_ROOT.forEach((known) -> candidates.add(new Candidate(group(known), field(known), PREFIX + known)));
		}
		if (group.isEmpty()) {
			candidates.add(new Candidate("queues", rest, QueueSettings.key(rest, "")));
		}
		return candidates;
	}

	private static boolean isNested(String group) {
		return GROUPS.stream().anyMatch((known) -> distance(field(group), known) <= 2);
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

	/**
	 * A known name.
	 *
	 * @param group what stands before the field
	 * @param field what is set, with a group of its own or without
	 * @param name the whole name
	 */
	private record Candidate(String group, String field, String name) {

		static Candidate ofQueue(String group, String field) {
			String queue = group.matches("que\\w*\\..+") ? group.substring(group.indexOf('.') + 1) : group;
			String name = QueueSettings.key(queue, field);
			return new Candidate(name.substring(PREFIX.length(), name.length() - field.length() - 1), field, name);
		}

		/** The typed name may have its group in one word with its field, or in two. */
		int distance(String typed) {
			String group = KnownProperties.group(typed);
			int whole = distance(group, KnownProperties.field(typed));
			return group.isEmpty() ? whole : Math.min(whole, distance(KnownProperties.group(group),
					KnownProperties.field(group) + "." + KnownProperties.field(typed)));
		}

		private int distance(String typedGroup, String typedField) {
			return 2 * KnownProperties.distance(typedField, this.field)
					+ Math.min(WRONG_GROUP, KnownProperties.distance(typedGroup, this.group));
		}

	}

}
