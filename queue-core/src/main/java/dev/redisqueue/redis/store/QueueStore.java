package dev.redisqueue.redis.store;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.RedisLink.Repeat;
import dev.redisqueue.redis.link.RedisLink.Reply;
import dev.redisqueue.redis.link.RedisValues;
import dev.redisqueue.redis.link.SentCommand;
import io.lettuce.core.KeyValue;
import org.jspecify.annotations.Nullable;

import static dev.redisqueue.redis.link.RedisValues.arg;
import static dev.redisqueue.redis.link.RedisValues.number;
import static dev.redisqueue.redis.link.RedisValues.text;
import static dev.redisqueue.redis.link.RedisValues.textOrNull;
import static dev.redisqueue.redis.link.RedisValues.timeOrNull;

/**
 * The state changes of a queue's ready and delayed messages. Each is one command or one
 * script; what the scripts do is said in them.
 */
public final class QueueStore {

	private static final int MOST_PER_PUT = 1000;

	/** As in {@code include/known.lua}. */
	private static final int SMALL = 16 * 1024;

	/** What a put moves at most in bytes. */
	public static final int BATCH_BYTES = 4 * 1024 * 1024;

	/**
	 * What a script moves at most in bytes, unless the first message is larger: Lua
	 * copies some 300 to 600 bytes a microsecond.
	 */
	static final int SCRIPT_BYTES = 256 * 1024;

	/** The total of messages whose time passed before they were handed out. */
	static final byte[] EXPIRED = arg("expired");

	/** What {@code put-unique} answers where there is no room. */
	private static final int FULL = 3;

	private static final byte[] PAUSED = arg("paused");

	private final RedisLink link;

	private final Keys keys;

	private final Duration lease;

	private final byte[] longestLoaded;

	/** Messages up to this size (bytes) are read without further ado. */
	private volatile int largestNoted = SMALL;

	private final byte[] promotedKinds;

	/**
	 * Creates the store of a queue.
	 * @param link the way to Redis
	 * @param keys its keys
	 * @param spec the queue
	 * @param longestLoaded a longer message (bytes) is not loaded
	 */
	public QueueStore(RedisLink link, Keys keys, QueueSpec spec, long longestLoaded) {
		this.link = link;
		this.keys = keys;
		this.lease = spec.options().lease();
		this.longestLoaded = arg(longestLoaded);
		this.promotedKinds = arg(spec.isRaw() ? "k" : "kt");
	}

	/**
	 * How far the messages of one put go.
	 * @param messages the messages
	 * @param from the first
	 * @param bytes what they may have together; one goes in any case
	 * @return where the next put begins
	 */
	public static int endOfPut(List<byte[]> messages, int from, long bytes) {
		int end = from;
		long sum = 0;
		while (end < messages.size() && end - from < MOST_PER_PUT) {
			sum += messages.get(end).length;
			if (sum > bytes && end > from) {
				break;
			}
			end++;
		}
		return end;
	}

	private static long deadline() {
		return System.nanoTime() + RedisLink.DEADLINE.toNanos();
	}

	/**
	 * Before a message is put that is larger than all that this process knows of, that is
	 * noted in Redis, so that whoever reads there reads less at once.
	 */
	private void noteSizes(long deadline, byte[]... messages) {
		if (longest(messages) > this.largestNoted && !beginToNoteSizes(messages)) {
			int size = noted(longest(messages));
			try {
				this.link.call(Repeat.ALWAYS, mark(size), deadline);
				this.largestNoted = size;
			}
			catch (CallFailedException ex) {
				// The put will say what is wrong. Whoever reads finds out by reading.
			}
		}
	}

	/** {@code false} where no connection is open. */
	private boolean beginToNoteSizes(byte[]... messages) {
		int longest = longest(messages);
		if (longest <= this.largestNoted) {
			return true;
		}
		int size = noted(longest);
		if (this.link.begin(mark(size)) == null) {
			return false;
		}
		this.largestNoted = size;
		return true;
	}

	private ScriptCall mark(int size) {
		return ScriptCall.asText(Script.MARK, new byte[][] { this.keys.meta }, arg(size));
	}

	/** In steps of two, so that it is seldom noted. */
	private static int noted(int longest) {
		return (int) Math.min(Integer.MAX_VALUE, 2L * Integer.highestOneBit(longest));
	}

	private static int longest(byte[]... messages) {
		int longest = 0;
		for (byte[] message : messages) {
			longest = Math.max(longest, message.length);
		}
		return longest;
	}

	/** new → ready. */
	public void put(byte[]... messages) {
		put(deadline(), messages);
	}

	/** new → ready, tried again until the deadline. */
	public void put(long deadline, byte[]... messages) {
		noteSizes(deadline, messages);
		this.link.call(Repeat.IF_NOT_EXECUTED, (redis) -> redis.rpush(this.keys.ready, messages), deadline);
	}

	/** new → ready, where a connection is open; the reply is the caller's to wait for. */
	public @Nullable SentCommand<Long> beginPut(byte[]... messages) {
		beginToNoteSizes(messages);
		return this.link.begin((redis) -> redis.rpush(this.keys.ready, messages));
	}

	/**
	 * new → ready, all or none. {@code null} where they were stored, or how many are
	 * ready where there is no room.
	 */
	public @Nullable Long putBounded(long most, byte[]... messages) {
		noteSizes(deadline(), messages);
		byte[][] args = new byte[messages.length + 1][];
		args[0] = arg(most);
		System.arraycopy(messages, 0, args, 1, messages.length);
		List<Object> reply = eval(Repeat.IF_NOT_EXECUTED, Script.PUT_BOUNDED, new byte[][] { this.keys.ready }, args)
			.value();
		return (number(reply.get(0)) == 1) ? null : number(reply.get(1));
	}

	/** new → delayed. Returns the due time. */
	public long putDelayed(byte[] message, String due) {
		noteSizes(deadline(), message);
		List<Object> reply = eval(Repeat.IF_NOT_EXECUTED, Script.PUT_DELAYED,
				new byte[][] { this.keys.delayed, this.keys.meta }, message, arg(due))
			.value();
		this.link.clock().observe(number(reply.get(1)));
		return number(reply.get(0));
	}

	/** new → ready or delayed, unless it is a duplicate or there is no room. */
	public UniquePut putUnique(byte[] message, String key, String id, Duration window, String due, long most) {
		noteSizes(deadline(), message);
		// The reservation tells copies apart for as long as it lasts.
		boolean repeatable = window.compareTo(RedisLink.DEADLINE.multipliedBy(2)) > 0;
		List<Object> reply = eval(repeatable ? Repeat.ALWAYS : Repeat.IF_NOT_EXECUTED, Script.PUT_UNIQUE,
				new byte[][] { this.keys.unique(key), this.keys.ready, this.keys.delayed, this.keys.meta }, message,
				arg(id), arg(window.toMillis()), arg(due), arg(most))
			.value();
		int answer = (int) number(reply.get(0));
		if (answer == FULL) {
			return new UniquePut(false, null, number(reply.get(1)));
		}
		return new UniquePut(answer > 0, (reply.size() > 1) ? timeOrNull(reply.get(1)) : null, null);
	}

	/** ready → gone. */
	public Removed get() {
		List<Object> reply = eval(Repeat.IF_NOT_EXECUTED, Script.GET,
				new byte[][] { this.keys.ready, this.keys.arrived, this.keys.delayed, this.keys.meta },
				this.longestLoaded)
			.value();
		Object message = reply.get(0);
		if (message instanceof byte[] bytes) {
			return new Removed(bytes, 0, null);
		}
		return new Removed(null, (message != null) ? number(message) : 0,
				(reply.size() > 1) ? timeOrNull(reply.get(1)) : null);
	}

	/** Counts a message whose time had passed when a get removed it. */
	public void countExpired() {
		eval(Repeat.IF_NOT_EXECUTED, Script.COUNT, new byte[][] { this.keys.meta }, EXPIRED);
	}

	/** ready → dead, if the head is too large to be received. */
	public boolean reject(String id, byte[] head) {
		List<Object> reply = eval(Repeat.ALWAYS, Script.REJECT, new byte[][] { this.keys.ready, this.keys.arrived,
				this.keys.delayed, this.keys.dead, this.keys.letters, this.keys.meta }, this.longestLoaded, arg(id),
				head)
			.value();
		return reply.get(0) != null;
	}

	public Peeked peek(long bytes) {
		List<Object> reply = eval(Repeat.ALWAYS, Script.PEEK, new byte[][] { this.keys.ready, this.keys.arrived },
				arg(bytes))
			.value();
		return new Peeked((byte[]) reply.get(0), number(reply.get(1)));
	}

	public long size() {
		return number(
				eval(Repeat.ALWAYS, Script.SIZE, new byte[][] { this.keys.ready, this.keys.arrived }).value().get(0));
	}

	/** ready, delayed → gone. */
	public long clear() {
		// A copy that comes late would remove what was put after it.
		Reply<List<Object>> reply = eval(Repeat.IF_NOT_EXECUTED, Script.CLEAR,
				new byte[][] { this.keys.ready, this.keys.arrived, this.keys.delayed });
		return number(reply.value().get(0));
	}

	/**
	 * delayed → ready, what is due.
	 * @param passed how many due messages to pass over
	 */
	public Promotion promote(long passed) {
		List<Object> reply = eval(Repeat.ALWAYS, Script.PROMOTE,
				new byte[][] { this.keys.delayed, this.keys.ready, this.keys.meta }, this.promotedKinds,
				arg(SCRIPT_BYTES), arg(passed))
			.value();
		long now = number(reply.get(2));
		this.link.clock().observe(now);
		Long goOn = (reply.size() > 3) ? number(reply.get(3)) : null;
		return new Promotion((int) number(reply.get(0)), timeOrNull(reply.get(1)), now, goOn);
	}

	/** arrived → ready, and what else has to be done now and then. */
	public Tick tick() {
		List<Object> reply = eval(Repeat.ALWAYS, Script.TICK, new byte[][] { this.keys.ready, this.keys.arrived,
				this.keys.delayed, this.keys.consumers, this.keys.meta }, arg(this.lease.toMillis()), arg(Keys.LAYOUT))
			.value();
		long now = number(reply.get(2));
		this.link.clock().observe(now);
		return new Tick(timeOrNull(reply.get(0)), textOrNull(reply.get(1)), number(reply.get(3)) == 1);
	}

	public void pause() {
		this.link.call(Repeat.ALWAYS, (redis) -> redis.hset(this.keys.meta, PAUSED, arg(1)));
	}

	public void resume() {
		this.link.call(Repeat.ALWAYS, (redis) -> redis.hdel(this.keys.meta, PAUSED));
	}

	public boolean isPaused() {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.hexists(this.keys.meta, PAUSED)).value();
	}

	public long delayed() {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.zcard(this.keys.delayed)).value();
	}

	/** Numbers of meta; absent ones are zero. */
	public Map<String, Long> numbers(String... names) {
		byte[][] fields = Arrays.stream(names).map(RedisValues::arg).toArray(byte[][]::new);
		List<KeyValue<byte[], byte[]>> values = this.link
			.call(Repeat.ALWAYS, (redis) -> redis.hmget(this.keys.meta, fields))
			.value();
		return values.stream()
			.collect(Collectors.toMap((value) -> text(value.getKey()),
					(value) -> value.hasValue() ? Long.parseLong(text(value.getValue())) : 0L));
	}

	/** The longest value that Redis takes, in bytes. */
	public long longestValue() {
		return Long.parseLong(this.link.call(Repeat.ALWAYS, (redis) -> redis.configGet("proto-max-bulk-len"))
			.value()
			.get("proto-max-bulk-len"));
	}

	private Reply<List<Object>> eval(Repeat repeat, Script script, byte[][] keys, byte[]... args) {
		return ScriptCall.eval(this.link, repeat, script, keys, args);
	}

	/**
	 * What became of a unique put.
	 *
	 * @param accepted whether the message is there, from this put or the same one before
	 * @param due when it becomes ready (ms), or {@code null} where it is or that is not
	 * known
	 * @param full how many messages are ready where there is no room, or {@code null}
	 */
	public record UniquePut(boolean accepted, @Nullable Long due, @Nullable Long full) {
	}

	/**
	 * What a get removed.
	 *
	 * @param message the message, or {@code null}
	 * @param tooLarge the length of a message that was left because it is too large, or 0
	 * @param nextDue the next due time (ms) where nothing is ready, or {@code null}
	 */
	public record Removed(byte @Nullable [] message, long tooLarge, @Nullable Long nextDue) {
	}

	/**
	 * The message at the head.
	 *
	 * @param message its first bytes, or {@code null}
	 * @param length its length
	 */
	public record Peeked(byte @Nullable [] message, long length) {
	}

	/**
	 * What a promotion did.
	 *
	 * @param moved how many messages it made ready
	 * @param nextDue the next due time (ms), or {@code null}
	 * @param now the time of Redis (ms)
	 * @param passed how many due messages to pass over in order to go on, where so many
	 * are for takers that it stopped to look, or {@code null}
	 */
	public record Promotion(int moved, @Nullable Long nextDue, long now, @Nullable Long passed) {
	}

	/**
	 * What a tick found.
	 *
	 * @param nextDue the next due time (ms), or {@code null}
	 * @param expired a consumer to recover, or {@code null}
	 * @param newer whether the layout in Redis is a newer one, which is left alone
	 */
	public record Tick(@Nullable Long nextDue, @Nullable String expired, boolean newer) {
	}

}
