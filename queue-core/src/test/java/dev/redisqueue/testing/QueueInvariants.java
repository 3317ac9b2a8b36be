package dev.redisqueue.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.api.StatefulRedisConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds of the keys of a queue at every moment, checked after tests:
 * <ul>
 * <li>every key of the queue is a key of the layout, of the right type;
 * <li>every framed message is in one place (told by its id);
 * <li>no message is borrowed by a consumer without an entry, or above the highest tag;
 * <li>every dead letter has its bytes, and no bytes are kept without a dead letter;
 * <li>every reservation of a unique put ends by itself.
 * </ul>
 */
public final class QueueInvariants {

	private static final Pattern SIDE_KEY = Pattern
		.compile("(arrived|delayed|consumers|dead|letters|meta)|(taken|begun|unique):(.+)", Pattern.DOTALL);

	private static final Map<String, String> TYPES = Map.of("arrived", "list", "delayed", "zset", "consumers", "zset",
			"dead", "zset", "letters", "hash", "meta", "hash", "taken", "hash", "begun", "set", "unique", "string");

	private static final Set<String> META = Set.of("paused", "sequence", "layout", "lease", "acked", "retried",
			"interrupted", "buried", "expired", "recovered", "lettersExpired", "largest");

	private static final Pattern DELAYED = Pattern.compile("[kt][0-9a-f]{15}.*", Pattern.DOTALL);

	private static final Pattern FRAME_ID = Pattern.compile("\\ARQ/1\n(?:[^\n]+\n)*?id:([^\n]*)\n", Pattern.DOTALL);

	private final Map<String, RedisDump.Entry> keys;

	private final String ready;

	private final List<String> broken = new ArrayList<>();

	private final Map<String, String> places = new TreeMap<>();

	private boolean equalIds;

	private QueueInvariants(Map<String, RedisDump.Entry> keys, String namespace, String name) {
		this.ready = namespace + ":" + name;
		this.keys = new TreeMap<>(keys);
		this.keys.keySet().removeIf((key) -> !key.equals(this.ready) && !key.startsWith("{" + this.ready + "}:"));
	}

	/** Of the queue {@code name} in {@code namespace}, as Redis holds it now. */
	public static QueueInvariants of(StatefulRedisConnection<byte[], byte[]> connection, String namespace,
			String name) {
		return of(RedisDump.of(connection, "*" + namespace + ":" + name + "*"), namespace, name);
	}

	public static QueueInvariants of(Map<String, RedisDump.Entry> dump, String namespace, String name) {
		return new QueueInvariants(dump, namespace, name);
	}

	/** Checks the queue on a connection of its own. */
	public static void check(RedisInstance redis, String namespace, String name) {
		try (StatefulRedisConnection<byte[], byte[]> connection = redis.connect()) {
			of(connection, namespace, name).check();
		}
	}

	/** For tests that put the same id more than once. */
	public QueueInvariants allowEqualIds() {
		this.equalIds = true;
		return this;
	}

	/** Fails with all that is wrong. */
	public void check() {
		assertThat(broken()).as("invariants of %s in %s", this.ready, this.keys).isEmpty();
	}

	/** All that is wrong. */
	public List<String> broken() {
		this.keys.forEach(this::checkType);
		if (this.broken.isEmpty()) {
			checkLists();
			checkDelayed();
			checkConsumers();
			checkLetters();
			checkMeta();
		}
		return this.broken;
	}

	private void checkType(String key, RedisDump.Entry entry) {
		String expected = "list";
		if (!key.equals(this.ready)) {
			Matcher side = SIDE_KEY.matcher(key.substring(this.ready.length() + 3));
			if (!side.matches()) {
				this.broken.add(key + " is no key of the layout");
				return;
			}
			String kind = (side.group(1) != null) ? side.group(1) : side.group(2);
			expected = TYPES.get(kind);
			if (kind.equals("unique") != entry.expires()) {
				this.broken.add(key + (entry.expires() ? " expires" : " never expires"));
			}
		}
		if (!entry.type().equals(expected)) {
			this.broken.add(key + " is a " + entry.type() + ", not a " + expected);
		}
	}

	private void checkLists() {
		list(this.ready).forEach((message) -> place(message, "ready"));
		list(side("arrived")).forEach((message) -> place(message, "arrived"));
	}

	private void checkDelayed() {
		Set<String> sequences = new HashSet<>();
		map(side("delayed")).keySet().forEach((member) -> {
			if (!DELAYED.matcher(member).matches()) {
				this.broken.add("delayed: no kind and sequence before " + member);
				return;
			}
			if (!sequences.add(member.substring(1, 16))) {
				this.broken.add("delayed: twice the sequence of " + member);
			}
			place(member.substring(16), "delayed");
		});
	}

	private void checkConsumers() {
		Set<String> registered = map(side("consumers")).keySet();
		consumersOf("begun:").stream()
			.filter((consumer) -> !registered.contains(consumer))
			.forEach((consumer) -> this.broken.add("begun: " + consumer + " is not registered"));
		for (String consumer : consumersOf("taken:")) {
			if (!registered.contains(consumer)) {
				this.broken.add("taken: " + consumer + " is not registered");
			}
			Map<String, String> taken = new TreeMap<>(map(side("taken:" + consumer)));
			String highest = taken.remove("#");
			if (highest == null) {
				this.broken.add("taken: " + consumer + " has no highest tag");
				continue;
			}
			taken.forEach((tag, message) -> {
				if (!tag.matches("[1-9][0-9]*") || Long.parseLong(tag) > Long.parseLong(highest)) {
					this.broken.add("taken: " + consumer + " holds the tag " + tag + ", the highest is " + highest);
				}
				place(message, "taken by " + consumer);
			});
		}
	}

	private void checkLetters() {
		Set<String> dead = new TreeSet<>(map(side("dead")).keySet());
		Set<String> letters = new TreeSet<>(map(side("letters")).keySet());
		dead.stream()
			.filter((id) -> !letters.contains(id))
			.forEach((id) -> this.broken.add("dead: " + id + " has no letter"));
		letters.stream()
			.filter((id) -> !dead.contains(id))
			.forEach((id) -> this.broken.add("letters: " + id + " is not dead"));
		letters.forEach((id) -> placeId(id, "dead"));
	}

	private void checkMeta() {
		map(side("meta")).forEach((field, value) -> {
			if (!META.contains(field)) {
				this.broken.add("meta: " + field + " is no field of the layout");
			}
			if (!field.equals("paused") && !value.matches("[0-9]+")) {
				this.broken.add("meta: " + field + " is " + value);
			}
		});
	}

	private void place(String message, String place) {
		Matcher frame = FRAME_ID.matcher(message);
		if (frame.find()) {
			placeId(frame.group(1), place);
		}
	}

	private void placeId(String id, String place) {
		String other = this.places.put(id, place);
		if (other != null && !this.equalIds) {
			this.broken.add("the message " + id + " is " + other + " and " + place);
		}
	}

	private Set<String> consumersOf(String kind) {
		String prefix = side(kind);
		Set<String> consumers = new TreeSet<>();
		this.keys.keySet()
			.stream()
			.filter((key) -> key.startsWith(prefix))
			.forEach((key) -> consumers.add(key.substring(prefix.length())));
		return consumers;
	}

	private List<String> list(String key) {
		RedisDump.Entry entry = this.keys.get(key);
		return (entry != null) ? entry.list() : List.of();
	}

	private Map<String, String> map(String key) {
		RedisDump.Entry entry = this.keys.get(key);
		return (entry != null) ? entry.map() : Map.of();
	}

	private String side(String name) {
		return "{" + this.ready + "}:" + name;
	}

}
