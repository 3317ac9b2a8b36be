package dev.redisqueue.boot.properties;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The known name that is nearest to one that is none.
 */
final class NearestProperty {

	// A group left out or too many is one mistake, however long its name.
	private static final int WRONG_GROUP = 5;

	private NearestProperty() {
	}

	/** What stands at the end counts more than the group before it. */
	static String to(String name) {
		String rest = name.substring(PropertyKeys.PREFIX.length());
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
		boolean misspelled = EditDistance.between(queue, "defaults") <= 2
				|| EditDistance.between(queue, "embedded") <= 2;
		if (!queue.isEmpty() && !misspelled) {
			KnownProperties.OF_QUEUE.forEach((known) -> candidates.add(Candidate.ofQueue(queue, known)));
		}
		if (!group.startsWith("queues.")) {
			KnownProperties.OF_DEFAULTS.forEach((known) -> candidates
				.add(new Candidate("defaults", known, PropertyKeys.PREFIX + "defaults." + known)));
			KnownProperties.OF_ROOT.forEach(
					(known) -> candidates.add(new Candidate(group(known), field(known), PropertyKeys.PREFIX + known)));
		}
		if (group.isEmpty()) {
			candidates.add(new Candidate("queues", rest, PropertyKeys.ofQueue(rest, "")));
		}
		return candidates;
	}

	private static boolean isNested(String group) {
		return KnownProperties.GROUPS.stream().anyMatch((known) -> EditDistance.between(field(group), known) <= 2);
	}

	private static String group(String name) {
		return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
	}

	private static String field(String name) {
		return name.substring(name.lastIndexOf('.') + 1);
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
			String name = PropertyKeys.ofQueue(queue, field);
			return new Candidate(name.substring(PropertyKeys.PREFIX.length(), name.length() - field.length() - 1),
					field, name);
		}

		/** The typed name may have its group in one word with its field, or in two. */
		int distance(String typed) {
			String group = NearestProperty.group(typed);
			int whole = distance(group, NearestProperty.field(typed));
			return group.isEmpty() ? whole : Math.min(whole, distance(NearestProperty.group(group),
					NearestProperty.field(group) + "." + NearestProperty.field(typed)));
		}

		private int distance(String typedGroup, String typedField) {
			return 2 * EditDistance.between(typedField, this.field)
					+ Math.min(WRONG_GROUP, EditDistance.between(typedGroup, this.group));
		}

	}

}
