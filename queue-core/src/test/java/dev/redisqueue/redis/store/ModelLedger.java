package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.redisqueue.testing.QueueInvariants;
import dev.redisqueue.testing.RedisDump;

/**
 * The model: how often each body was put, and left for good. Whatever the difference is
 * has to lie in Redis, once each.
 */
final class ModelLedger {

	private final Map<String, Integer> stored = new TreeMap<>();

	private final Map<String, Long> totals = new TreeMap<>();

	void put(String message) {
		this.stored.merge(ModelMessage.bodyOf(message), 1, Integer::sum);
	}

	void left(String message) {
		this.stored.merge(ModelMessage.bodyOf(message), -1, (old, one) -> (old + one != 0) ? old + one : null);
	}

	void total(String name, long count) {
		if (count > 0) {
			this.totals.merge(name, count, Long::sum);
		}
	}

	/** What differs between the model and Redis. */
	List<String> differences(Map<String, RedisDump.Entry> dump, ModelFeatures features) {
		List<String> found = new ArrayList<>();
		Map<String, Integer> here = new TreeMap<>();
		places(dump).forEach((message) -> here.merge(ModelMessage.bodyOf(message), 1, Integer::sum));
		if (!here.equals(this.stored)) {
			Map<String, Integer> lost = difference(this.stored, here);
			Map<String, Integer> extra = difference(here, this.stored);
			found.add("lost " + lost + ", too many " + extra);
		}
		if (features.missing() == null) {
			List<String> broken = QueueInvariants.of(dump, ModelServer.NAMESPACE, ModelServer.NAME)
				.allowEqualIds()
				.broken();
			broken.removeIf((text) -> features.operator() && text.endsWith("is not registered"));
			found.addAll(broken);
			checkTotals(dump, found);
		}
		if (features.raw()) {
			dump.forEach((key, entry) -> {
				if (entry.type().equals("list")
						&& entry.list().stream().anyMatch((message) -> ModelMessage.read(message).isFramed())) {
					found.add(key + " of a raw queue holds a frame: " + entry.list());
				}
			});
		}
		return found;
	}

	private void checkTotals(Map<String, RedisDump.Entry> dump, List<String> found) {
		RedisDump.Entry meta = dump.get(ModelServer.SIDE + "meta");
		this.totals.forEach((name, count) -> {
			String value = (meta != null) ? meta.map().get(name) : null;
			if (!String.valueOf(count).equals(value)) {
				found.add("the total " + name + " is " + value + " instead of " + count);
			}
		});
	}

	private static Map<String, Integer> difference(Map<String, Integer> from, Map<String, Integer> less) {
		Map<String, Integer> difference = new TreeMap<>();
		from.forEach((body, count) -> {
			int more = count - less.getOrDefault(body, 0);
			if (more > 0) {
				difference.put(body, more);
			}
		});
		return difference;
	}

	/** Every message, wherever it is. */
	static List<String> places(Map<String, RedisDump.Entry> dump) {
		List<String> messages = new ArrayList<>();
		dump.forEach((key, entry) -> messages.addAll(messages(key, entry)));
		return messages;
	}

	/** The messages under one key. */
	static List<String> messages(String key, RedisDump.Entry entry) {
		if (entry.type().equals("list")) {
			return entry.list();
		}
		if (key.endsWith(":delayed")) {
			return entry.map().keySet().stream().map((member) -> member.substring(16)).toList();
		}
		if (key.endsWith(":letters")) {
			return entry.map()
				.values()
				.stream()
				.map((letter) -> letter.substring(ModelMessage.LETTER_HEAD.length()))
				.toList();
		}
		if (key.contains(":taken:")) {
			return entry.map()
				.entrySet()
				.stream()
				.filter((e) -> !e.getKey().equals("#"))
				.map(Map.Entry::getValue)
				.toList();
		}
		return List.of();
	}

}
