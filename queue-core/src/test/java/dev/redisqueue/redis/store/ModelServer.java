package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.redisqueue.redis.Wire;
import dev.redisqueue.testing.RedisDump;
import dev.redisqueue.testing.RedisInstance;

/**
 * The verbs of the protocol, carried out by the scripts, and written down in the ledger
 * as Redis carried them out: whether the simulated client hears of it is its own affair.
 */
final class ModelServer implements AutoCloseable {

	static final String NAMESPACE = "queue";

	static final String NAME = "orders";

	static final String READY = NAMESPACE + ":" + NAME;

	static final String SIDE = "{" + READY + "}:";

	static final String DELAYED = SIDE + "delayed";

	static final String CONSUMERS = SIDE + "consumers";

	static final String DEAD = SIDE + "dead";

	static final String LETTERS = SIDE + "letters";

	static final String META = SIDE + "meta";

	/** Leases are so long that the time a run takes does not matter. */
	static final long LEASE = 3_600_000;

	/** Small, so that messages are often too large, and batches full. */
	private static final int LARGEST = 80;

	private static final int BUDGET = 200;

	private static final int LETTER_BYTES = 10_000;

	private static final String SHIFT = """
			local by = tonumber(ARGV[1])
			for _, key in ipairs(KEYS) do
			  local entries = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
			  for i = 1, #entries, 2 do
			    local score = tonumber(entries[i + 1])
			    score = score > 0 and math.max(1, score - by) or math.min(-1, score + by)
			    redis.call('ZADD', key, score, entries[i])
			  end
			end
			""";

	final ModelFeatures features;

	final ModelLedger ledger = new ModelLedger();

	private final RedisInstance redis;

	private final Wire wire;

	private final ModelScripts scripts;

	private final Map<String, String> reserved = new HashMap<>();

	private boolean full;

	/** How far the clock was moved (ms). */
	private long shifted;

	ModelServer(RedisInstance redis, ModelFeatures features) {
		this.redis = redis;
		this.features = features;
		this.wire = new Wire(redis.host(), redis.port());
		this.scripts = new ModelScripts(this.wire, features.missing());
		command("CONFIG", "SET", "maxmemory", "0");
		command("FLUSHALL");
		command("SCRIPT", "FLUSH");
	}

	static String taken(String consumer) {
		return SIDE + "taken:" + consumer;
	}

	static String begunKey(String consumer) {
		return SIDE + "begun:" + consumer;
	}

	String arrived(String consumer) {
		return SIDE + (this.features.has(Mend.SHARED_ARRIVED) ? "arrived" : "arrived:" + consumer);
	}

	long now() {
		return this.shifted;
	}

	/** Lets time pass: all that Redis compares with its clock comes nearer. */
	void advance(long millis) {
		command("EVAL", SHIFT, 2, CONSUMERS, DELAYED, millis);
		this.shifted += millis;
	}

	void full(boolean full) {
		if (this.full != full) {
			command("CONFIG", "SET", "maxmemory", full ? "1" : "0");
			this.full = full;
		}
	}

	Object command(Object... words) {
		return this.wire.call(words);
	}

	/** Begins a wait on a socket of its own; returns when Redis has seen it. */
	ModelWait await(String consumer) {
		return new ModelWait(new Wire(this.redis.host(), this.redis.port()), this, arrived(consumer));
	}

	// Puts

	void put(String message) {
		command("RPUSH", READY, message);
		this.ledger.put(message);
	}

	void putDelayed(String message, long delay) {
		run(Script.PUT_DELAYED, List.of(DELAYED, META), message, "+" + delay);
		this.ledger.put(message);
	}

	void putUnique(String message, String key, String id, String due) {
		List<?> reply = (List<?>) run(Script.PUT_UNIQUE, List.of(SIDE + "unique:" + key, READY, DELAYED, META), message,
				id, 86_400_000, due);
		String holder = this.reserved.putIfAbsent(key, id);
		long expected = (holder == null) ? 1 : holder.equals(id) ? 2 : 0;
		if ((Long) reply.get(0) != expected) {
			throw new AssertionError("put-unique: " + reply + " instead of " + expected);
		}
		if (expected == 1) {
			this.ledger.put(message);
		}
	}

	// Consumers

	long register(String consumer) {
		return (Long) run(Script.REGISTER, List.of(CONSUMERS, taken(consumer), META), consumer, LEASE, 1);
	}

	long heartbeat(String consumer) {
		return (Long) run(Script.HEARTBEAT, List.of(CONSUMERS, taken(consumer)), consumer, LEASE);
	}

	/** An expired consumer, or {@code null}. */
	String tick(String consumer) {
		return (String) list(run(Script.TICK, List.of(READY, arrived(consumer), DELAYED, CONSUMERS, META), LEASE, 1))
			.get(1);
	}

	void promote() {
		run(Script.PROMOTE, List.of(DELAYED, READY, META), this.features.raw() ? "k" : "kt", BUDGET);
	}

	List<Object> take(String consumer, long first, int most) {
		return list(run(Script.TAKE, List.of(READY, arrived(consumer), DELAYED, CONSUMERS, taken(consumer), META),
				consumer, first, most, LARGEST, BUDGET));
	}

	List<Object> takeDue(String consumer, long first, int most) {
		return list(run(Script.TAKE_DUE, List.of(DELAYED, CONSUMERS, taken(consumer), META), consumer, first, most,
				LARGEST, BUDGET));
	}

	List<Long> tags(String consumer) {
		return list(command("HKEYS", taken(consumer))).stream()
			.map(Object::toString)
			.filter((tag) -> !tag.equals("#"))
			.map(Long::valueOf)
			.sorted()
			.toList();
	}

	List<Object> held(String consumer, List<Long> tags) {
		List<Object> args = new ArrayList<>(List.of(LARGEST, BUDGET));
		args.addAll(tags);
		return list(run(Script.HELD, List.of(taken(consumer)), args.toArray()));
	}

	// Settling: true where the consumer was live

	boolean ack(String consumer, List<Long> tags) {
		Object[] read = words("HMGET", taken(consumer), tags);
		List<Object> before = list(command(read));
		List<Object> reply = list(run(Script.ACK, List.of(taken(consumer), CONSUMERS, META), words(consumer, tags)));
		List<Object> there = before.stream().filter((message) -> message != null).toList();
		if ((Long) reply.get(1) != there.size()) {
			throw new AssertionError("ack of " + tags + ": " + reply + " instead of " + there.size());
		}
		there.forEach((message) -> this.ledger.left((String) message));
		this.ledger.total("acked", there.size());
		return (Long) reply.get(0) == 1;
	}

	/** The messages go back as they were where they are the empty text. */
	boolean release(String consumer, String total, Map<Long, String> messages) {
		List<Object> args = new ArrayList<>(List.of(consumer, total));
		messages.forEach((tag, message) -> args.addAll(List.of(tag, message)));
		List<Object> reply = list(
				run(Script.RELEASE, List.of(taken(consumer), READY, CONSUMERS, META), args.toArray()));
		if (!total.isEmpty()) {
			this.ledger.total(total, (Long) reply.get(1));
		}
		return (Long) reply.get(0) == 1;
	}

	boolean retry(String consumer, long tag, String message, long delay, String total) {
		String kind = this.features.raw() && (message.isEmpty() || ModelMessage.read(message).isFramed()) ? "t" : "k";
		List<Object> reply = list(run(Script.RETRY, List.of(taken(consumer), DELAYED, CONSUMERS, META), consumer, tag,
				kind, message, delay, total));
		if (!total.isEmpty()) {
			this.ledger.total(total, (Long) reply.get(1));
		}
		return (Long) reply.get(0) == 1;
	}

	boolean bury(String consumer, long tag, String id) {
		List<Object> reply = list(run(Script.BURY, List.of(taken(consumer), DEAD, LETTERS, CONSUMERS, META), consumer,
				tag, id, ModelMessage.LETTER_HEAD));
		this.ledger.total("buried", (Long) reply.get(1));
		return (Long) reply.get(0) == 1;
	}

	void begin(String consumer, long tag) {
		run(Script.BEGIN, List.of(taken(consumer), begunKey(consumer)), tag);
	}

	// Recovery

	String fence(String consumer, long lock, boolean own) {
		return (String) run(Script.FENCE, List.of(CONSUMERS), consumer, lock, own ? 1 : 0);
	}

	List<Object> begun(String consumer) {
		return list(command("SMEMBERS", begunKey(consumer)));
	}

	void finish(String consumer) {
		run(Script.FINISH, List.of(taken(consumer), begunKey(consumer), CONSUMERS), consumer);
	}

	/** Adopts every hash whose consumer has no entry. */
	void adoptOrphans() {
		String cursor = "0";
		do {
			List<Object> page = list(command("SCAN", cursor, "MATCH", taken("*"), "COUNT", 1000));
			cursor = (String) page.get(0);
			for (Object key : list(page.get(1))) {
				String consumer = key.toString().substring(taken("").length());
				run(Script.ADOPT, List.of(CONSUMERS, taken(consumer)), consumer);
			}
		}
		while (!cursor.equals("0"));
	}

	// Everybody else

	void get(boolean unreadable) {
		Object message = list(run(Script.GET, List.of(READY, arrived(""), DELAYED, META), LARGEST)).get(0);
		if (message instanceof String text) {
			if (unreadable) {
				run(Script.DEPOSIT, List.of(DEAD, LETTERS, META), ModelMessage.read(text).id("got"),
						ModelMessage.LETTER_HEAD + text);
				this.ledger.total("buried", 1);
			}
			else {
				this.ledger.left(text);
			}
		}
		else if (message instanceof Long) {
			reject(LARGEST);
		}
	}

	void reject(int largest) {
		if (list(run(Script.REJECT, List.of(READY, arrived(""), DELAYED, DEAD, LETTERS, META), largest, "large",
				ModelMessage.LETTER_HEAD))
			.get(0) != null) {
			this.ledger.total("buried", 1);
		}
	}

	void clear() {
		List<String> keys = List.of(READY, arrived(""), DELAYED);
		Map<String, RedisDump.Entry> dump = dump();
		dump.keySet().retainAll(keys);
		List<String> messages = ModelLedger.places(dump);
		long count = (Long) run(Script.CLEAR, keys);
		if (count != messages.size()) {
			throw new AssertionError("clear: " + count + " instead of " + messages.size());
		}
		messages.forEach(this.ledger::left);
	}

	List<Object> deadIds(int most) {
		return list(command("ZRANGE", DEAD, 0, most - 1));
	}

	/** The arguments of a redrive, which may be carried out again and again. */
	List<Object> redriveArguments(List<Object> ids) {
		List<Object> args = new ArrayList<>(List.of(LETTER_BYTES, LETTER_BYTES));
		args.addAll(ids);
		List<Object> letters = list(run(Script.LETTERS, List.of(DEAD, LETTERS), args.toArray()));
		List<Object> arguments = new ArrayList<>();
		for (int i = 0; i < letters.size(); i++) {
			String letter = (String) list(letters.get(i)).get(2);
			ModelMessage message = ModelMessage.read(letter.substring(ModelMessage.LETTER_HEAD.length()));
			String head = "";
			if (!this.features.raw()) {
				head = new ModelMessage(message.headers(), "").again("redriven", 1, false);
			}
			arguments.addAll(List.of(ids.get(i), list(letters.get(i)).get(0), list(letters.get(i)).get(1),
					letter.length() - message.body().length(), head));
		}
		return arguments;
	}

	void redrive(List<Object> arguments) {
		run(Script.REDRIVE, List.of(DEAD, LETTERS, READY), arguments.toArray());
	}

	void delete(Object id) {
		Object letter = command("HGET", LETTERS, id);
		run(Script.DELETE, List.of(DEAD, LETTERS), id);
		this.ledger.left(letter.toString().substring(ModelMessage.LETTER_HEAD.length()));
	}

	Map<String, RedisDump.Entry> dump() {
		return RedisDump.of(list(command("EVAL", RedisDump.SCRIPT, 0, "*")));
	}

	private Object run(Script script, List<String> keys, Object... args) {
		return this.scripts.run(script, keys, args);
	}

	/** Which scripts were run, with what each answered first, if that is a code. */
	Set<String> reached() {
		return this.scripts.reached();
	}

	private static Object[] words(Object... words) {
		return Arrays.stream(words)
			.flatMap((word) -> (word instanceof List<?> all) ? all.stream() : Stream.of(word))
			.toArray();
	}

	@SuppressWarnings("unchecked") // A reply that is an array.
	static List<Object> list(Object reply) {
		return (List<Object>) reply;
	}

	@Override
	public void close() {
		this.wire.close();
	}

}
