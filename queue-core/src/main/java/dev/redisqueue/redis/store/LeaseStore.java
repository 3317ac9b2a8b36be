package dev.redisqueue.redis.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.RedisLink.Repeat;
import dev.redisqueue.redis.link.RedisLink.Reply;
import dev.redisqueue.redis.link.RedisValues;
import io.lettuce.core.Range;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import static dev.redisqueue.redis.link.RedisValues.arg;
import static dev.redisqueue.redis.link.RedisValues.list;
import static dev.redisqueue.redis.link.RedisValues.number;
import static dev.redisqueue.redis.link.RedisValues.text;
import static dev.redisqueue.redis.link.RedisValues.textOrNull;
import static dev.redisqueue.redis.link.RedisValues.timeOrNull;

/**
 * The state changes of consumers and of what they have borrowed. Each is one script.
 */
public final class LeaseStore {

	private static final int COUNTED_TOGETHER = 100;

	/** What a release answers for a message that has to wait for the next one. */
	private static final int NOT_ITS_TURN = 2;

	/** The name of no total. */
	public static final String NO_TOTAL = "";

	private final RedisLink link;

	private final Keys keys;

	private final Duration lease;

	private final byte[] longestLoaded;

	/**
	 * Creates the store of a queue.
	 * @param link the way to Redis
	 * @param keys its keys
	 * @param lease how long a consumer keeps its messages without a heartbeat
	 * @param longestLoaded a longer message (bytes) is not loaded
	 */
	public LeaseStore(RedisLink link, Keys keys, Duration lease, long longestLoaded) {
		this.link = link;
		this.keys = keys;
		this.lease = lease;
		this.longestLoaded = arg(longestLoaded);
	}

	/**
	 * none → live. 1, 0 where the id is in use, -1 where the layout is newer. Never sent
	 * twice: a copy that comes very late would bring the id back to life, and its tags.
	 */
	public int register(String consumer) {
		return (int) number(eval(Repeat.IF_NOT_EXECUTED, Script.REGISTER,
				new byte[][] { this.keys.consumers, this.keys.taken(consumer), this.keys.meta }, arg(consumer),
				arg(this.lease.toMillis()), arg(Keys.LAYOUT))
			.value()
			.get(0));
	}

	/**
	 * Renews, sent over a connection; the reply is the caller's to wait for: how many
	 * messages it holds, or -1 where it is not live any more.
	 */
	public CompletableFuture<Long> beginHeartbeat(RedisClusterAsyncCommands<byte[], byte[]> redis, String consumer) {
		ScriptCall call = new ScriptCall(Script.HEARTBEAT,
				new byte[][] { this.keys.consumers, this.keys.taken(consumer) },
				new byte[][] { arg(consumer), arg(this.lease.toMillis()) });
		return call.sendKnown(redis).thenApply((values) -> number(values.get(0)));
	}

	/** ready → taken. */
	public TakeReply take(String consumer, long first, int most) {
		return takeReply(
				eval(Repeat.ALWAYS, Script.TAKE, takeKeys(consumer), takeArguments(consumer, first, most)).value());
	}

	/**
	 * ready → taken, sent once over a connection; the reply is the caller's to wait for.
	 */
	public CompletableFuture<TakeReply> beginTake(RedisClusterAsyncCommands<byte[], byte[]> redis, String consumer,
			long first, int most) {
		return new ScriptCall(Script.TAKE, takeKeys(consumer), takeArguments(consumer, first, most)).send(redis)
			.toCompletableFuture()
			.thenApply(LeaseStore::takeReply);
	}

	private byte[][] takeKeys(String consumer) {
		return new byte[][] { this.keys.ready, this.keys.arrived, this.keys.delayed, this.keys.consumers,
				this.keys.taken(consumer), this.keys.meta };
	}

	private byte[][] takeArguments(String consumer, long first, int most) {
		return new byte[][] { arg(consumer), arg(first), arg(most), this.longestLoaded, arg(QueueStore.SCRIPT_BYTES) };
	}

	/** delayed → taken, for those that may not enter the ready list. */
	public TakeReply takeDue(String consumer, long first, int most) {
		return takeReply(eval(Repeat.IF_NOT_EXECUTED, Script.TAKE_DUE,
				new byte[][] { this.keys.delayed, this.keys.consumers, this.keys.taken(consumer), this.keys.meta },
				takeArguments(consumer, first, most))
			.value());
	}

	private static TakeReply takeReply(List<Object> values) {
		TakeStatus status = TakeStatus.valueOf(text(values.get(0)));
		if (status != TakeStatus.OK) {
			return new TakeReply(status, List.of(), null, null);
		}
		return new TakeReply(status, list(values.get(1)), timeOrNull(values.get(2)), textOrNull(values.get(3)));
	}

	/** taken → gone. */
	public Settled ack(String consumer, long... tags) {
		byte[][] args = new byte[tags.length + 1][];
		args[0] = arg(consumer);
		for (int i = 0; i < tags.length; i++) {
			args[i + 1] = arg(tags[i]);
		}
		return settled(eval(Repeat.ALWAYS, Script.ACK,
				new byte[][] { this.keys.taken(consumer), this.keys.consumers, this.keys.meta }, args));
	}

	/**
	 * taken → ready, at the head. A message of {@code null} goes back as it was. What is
	 * too much for one script goes with another, the youngest first.
	 */
	public Settled release(String consumer, String total, List<Returned> returned) {
		Settled settled = releaseSome(consumer, total, returned);
		int left = 0;
		while (left < returned.size() && number(settled.flags().get(left)) == NOT_ITS_TURN) {
			left++;
		}
		if (left == 0) {
			return settled;
		}
		Settled rest = release(consumer, total, returned.subList(0, left));
		List<Object> flags = new ArrayList<>(rest.flags());
		flags.addAll(settled.flags().subList(left, returned.size()));
		return new Settled(rest.live(), rest.count() + settled.count(), flags, rest.repeated() || settled.repeated());
	}

	private Settled releaseSome(String consumer, String total, List<Returned> returned) {
		List<byte[]> args = new ArrayList<>(2 * returned.size() + 2);
		args.add(arg(consumer));
		args.add(arg(total));
		for (Returned one : returned) {
			args.add(arg(one.tag()));
			args.add((one.message() != null) ? one.message() : new byte[0]);
		}
		return settled(eval(Repeat.ALWAYS, Script.RELEASE,
				new byte[][] { this.keys.taken(consumer), this.keys.ready, this.keys.consumers, this.keys.meta },
				args.toArray(byte[][]::new)));
	}

	/** taken → delayed. A message of {@code null} goes as it was. */
	public Retried retry(String consumer, long tag, char kind, byte @Nullable [] message, Duration delay,
			String total) {
		Reply<List<Object>> reply = eval(Repeat.ALWAYS, Script.RETRY,
				new byte[][] { this.keys.taken(consumer), this.keys.delayed, this.keys.consumers, this.keys.meta },
				arg(consumer), arg(tag), arg(String.valueOf(kind)), (message != null) ? message : new byte[0],
				arg(delay.toMillis()), arg(total));
		this.link.clock().observe(number(reply.value().get(3)));
		Settled settled = settled(reply);
		return new Retried(settled, (settled.count() > 0) ? timeOrNull(reply.value().get(2)) : null);
	}

	/** taken → dead. */
	public Settled bury(String consumer, long tag, String id, byte[] head) {
		return bury(consumer, arg(consumer), arg(tag), arg(id), head);
	}

	/** taken → dead, since its time had passed. */
	public Settled buryExpired(String consumer, long tag, String id, byte[] head) {
		return bury(consumer, arg(consumer), arg(tag), arg(id), head, QueueStore.EXPIRED);
	}

	/** taken → gone, since its time had passed. */
	public Settled discardExpired(String consumer, long tag) {
		return settled(eval(Repeat.ALWAYS, Script.DISCARD,
				new byte[][] { this.keys.taken(consumer), this.keys.consumers, this.keys.meta }, arg(consumer),
				arg(tag), QueueStore.EXPIRED));
	}

	private Settled bury(String consumer, byte[]... args) {
		return settled(eval(Repeat.ALWAYS, Script.BURY, new byte[][] { this.keys.taken(consumer), this.keys.dead,
				this.keys.letters, this.keys.consumers, this.keys.meta }, args));
	}

	private static Settled settled(Reply<List<Object>> reply) {
		List<Object> values = reply.value();
		return new Settled(number(values.get(0)) == 1, (int) number(values.get(1)), values.subList(2, values.size()),
				reply.repeated());
	}

	/** Notes that the handler of a recovered message begins. */
	public void begin(String consumer, long tag) {
		eval(Repeat.ALWAYS, Script.BEGIN, new byte[][] { this.keys.taken(consumer), this.keys.begun(consumer) },
				arg(tag));
	}

	/** Forgets that handlers began, of messages that are settled. */
	public void forgetBegun(String consumer, Collection<Long> tags) {
		byte[][] members = tags.stream().map(RedisValues::arg).toArray(byte[][]::new);
		this.link.call(Repeat.ALWAYS, (redis) -> redis.srem(this.keys.begun(consumer), members));
	}

	public Set<Long> begun(String consumer) {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.smembers(this.keys.begun(consumer)))
			.value()
			.stream()
			.map(RedisValues::number)
			.collect(Collectors.toSet());
	}

	/** live, expired → fenced. */
	public FenceStatus fence(String consumer, Duration lock, boolean own) {
		return FenceStatus.valueOf(text(eval(Repeat.ALWAYS, Script.FENCE, new byte[][] { this.keys.consumers },
				arg(consumer), arg(lock.toMillis()), arg(own ? 1 : 0))
			.value()
			.get(0)));
	}

	/** orphaned → expired. */
	public boolean adopt(String consumer) {
		return number(eval(Repeat.ALWAYS, Script.ADOPT, new byte[][] { this.keys.consumers, this.keys.taken(consumer) },
				arg(consumer))
			.value()
			.get(0)) == 1;
	}

	/** fenced → none. */
	public boolean finish(String consumer) {
		return number(eval(Repeat.ALWAYS, Script.FINISH,
				new byte[][] { this.keys.taken(consumer), this.keys.begun(consumer), this.keys.consumers },
				arg(consumer))
			.value()
			.get(0)) == 1;
	}

	/** The tags that a consumer holds, ascending. */
	public TreeSet<Long> tags(String consumer) {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.hkeys(this.keys.taken(consumer)))
			.value()
			.stream()
			.map(RedisValues::text)
			.filter((tag) -> !tag.equals("#"))
			.map(Long::valueOf)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Messages of a consumer: for the first of the tags at least, for others as far as
	 * the bytes go, the message, its length where it is too large, or {@code null}.
	 */
	public List<Object> held(String consumer, List<Long> tags) {
		List<byte[]> args = new ArrayList<>(tags.size() + 2);
		args.add(this.longestLoaded);
		args.add(arg(QueueStore.SCRIPT_BYTES));
		tags.forEach((tag) -> args.add(arg(tag)));
		return eval(Repeat.ALWAYS, Script.HELD, new byte[][] { this.keys.taken(consumer) }, args.toArray(byte[][]::new))
			.value();
	}

	/** All consumers, live or not. */
	public List<String> consumers() {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.zrange(this.keys.consumers, 0, -1))
			.value()
			.stream()
			.map(RedisValues::text)
			.toList();
	}

	public int liveConsumers() {
		long now = this.link.knownClock().now();
		return this.link
			.call(Repeat.ALWAYS,
					(redis) -> redis.zcount(this.keys.consumers,
							Range.from(Range.Boundary.including(now), Range.Boundary.unbounded())))
			.value()
			.intValue();
	}

	/** How many messages consumers hold. */
	public long held(List<String> consumers) {
		long held = 0;
		for (int from = 0; from < consumers.size(); from += COUNTED_TOGETHER) {
			byte[][] some = consumers.subList(from, Math.min(from + COUNTED_TOGETHER, consumers.size()))
				.stream()
				.map(this.keys::taken)
				.toArray(byte[][]::new);
			held += number(eval(Repeat.ALWAYS, Script.TAKEN, some).value().get(0));
		}
		return held;
	}

	private Reply<List<Object>> eval(Repeat repeat, Script script, byte[][] keys, byte[]... args) {
		return ScriptCall.eval(this.link, repeat, script, keys, args);
	}

	/** What a take found. */
	public enum TakeStatus {

		OK, LOST, STALE, PAUSED

	}

	/** What a fence found. */
	public enum FenceStatus {

		OK, ALIVE, BUSY, GONE

	}

	/**
	 * The reply of a take.
	 *
	 * @param status what it found
	 * @param messages the messages in order; a length where a message is too large
	 * @param nextDue the next due time (ms), or {@code null}
	 * @param expired a consumer to recover, or {@code null}
	 */
	public record TakeReply(TakeStatus status, List<Object> messages, @Nullable Long nextDue,
			@Nullable String expired) {
	}

	/**
	 * A message that goes back.
	 *
	 * @param tag its tag
	 * @param message its new bytes, or {@code null} where it goes back as it was
	 */
	public record Returned(long tag, byte @Nullable [] message) {
	}

	/**
	 * The reply of a settling verb.
	 *
	 * @param live whether the consumer's lease still stands
	 * @param count how many messages were there
	 * @param flags 1 or 0 for each, where the verb tells
	 * @param repeated whether an earlier copy of the call may have been carried out
	 */
	public record Settled(boolean live, int count, List<Object> flags, boolean repeated) {
	}

	/**
	 * The reply of a retry.
	 *
	 * @param settled what became of the message
	 * @param due when it is due (ms), or {@code null} where it was not there
	 */
	public record Retried(Settled settled, @Nullable Long due) {
	}

}
