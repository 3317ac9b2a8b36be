package dev.redisqueue.redis.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.RedisLink.Repeat;
import dev.redisqueue.redis.link.RedisLink.Reply;
import dev.redisqueue.redis.link.RedisValues;
import org.jspecify.annotations.Nullable;

import static dev.redisqueue.redis.link.RedisValues.arg;
import static dev.redisqueue.redis.link.RedisValues.list;
import static dev.redisqueue.redis.link.RedisValues.number;
import static dev.redisqueue.redis.link.RedisValues.timeOrNull;

/**
 * The state changes of dead letters. Each is one script.
 */
public final class LetterStore {

	/** To give up memory takes its time, too. */
	private static final int TRIMMED_BYTES = 16 * 1024 * 1024;

	private final RedisLink link;

	private final Keys keys;

	public LetterStore(RedisLink link, Keys keys) {
		this.link = link;
		this.keys = keys;
	}

	/** gone → dead: a message that a get has removed and cannot hand out. */
	public void deposit(String id, byte[] letter) {
		deposit(new byte[][] { arg(id), letter });
	}

	/** gone → dead: a message whose time had passed when a get removed it. */
	public void depositExpired(String id, byte[] letter) {
		deposit(new byte[][] { arg(id), letter, QueueStore.EXPIRED });
	}

	private void deposit(byte[][] args) {
		eval(Repeat.IF_NOT_EXECUTED, Script.DEPOSIT, new byte[][] { this.keys.dead, this.keys.letters, this.keys.meta },
				args);
	}

	public long size() {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.zcard(this.keys.dead)).value();
	}

	/** The ids of a page, the oldest first. */
	public List<String> ids(long offset, long limit) {
		return this.link.call(Repeat.ALWAYS, (redis) -> redis.zrange(this.keys.dead, offset, offset + limit - 1))
			.value()
			.stream()
			.map(RedisValues::text)
			.toList();
	}

	/** Letters up to {@code bytes} of each, for as many of the ids as fit a batch. */
	public List<Stored> read(List<String> ids, long bytes) {
		List<byte[]> args = new ArrayList<>(ids.size() + 2);
		args.add(arg(bytes));
		args.add(arg(QueueStore.SCRIPT_BYTES));
		ids.forEach((id) -> args.add(arg(id)));
		List<Object> reply = eval(Repeat.ALWAYS, Script.LETTERS, new byte[][] { this.keys.dead, this.keys.letters },
				args.toArray(byte[][]::new))
			.value();
		List<Stored> found = new ArrayList<>(reply.size());
		for (int i = 0; i < reply.size(); i++) {
			List<Object> letter = list(reply.get(i));
			found.add(new Stored(ids.get(i), timeOrNull(letter.get(0)), number(letter.get(1)), (byte[]) letter.get(2)));
		}
		return found;
	}

	/** dead → ready, at the tail. */
	public long redrive(List<Redriven> letters) {
		List<byte[]> args = new ArrayList<>(3 * letters.size());
		for (Redriven letter : letters) {
			args.add(arg(letter.id()));
			args.add(arg(letter.diedAt()));
			args.add(arg(letter.length()));
			args.add(arg(letter.payloadAt()));
			args.add(letter.head());
		}
		Reply<List<Object>> reply = eval(Repeat.ALWAYS, Script.REDRIVE,
				new byte[][] { this.keys.dead, this.keys.letters, this.keys.ready }, args.toArray(byte[][]::new));
		// Of a repeat nobody knows; what is missing then was brought back by its first
		// copy.
		return reply.repeated() ? letters.size() : number(reply.value().get(0));
	}

	/** dead → gone. */
	public boolean delete(String id) {
		Reply<List<Object>> reply = eval(Repeat.ALWAYS, Script.DELETE,
				new byte[][] { this.keys.dead, this.keys.letters }, arg(id));
		return number(reply.value().get(0)) == 1 || reply.repeated();
	}

	/** dead → gone, all. */
	public long purge() {
		return number(
				eval(Repeat.IF_NOT_EXECUTED, Script.PURGE, new byte[][] { this.keys.dead, this.keys.letters }).value()
					.get(0));
	}

	/**
	 * dead → gone, the oldest.
	 * @param limit how many stay, or 0 for all
	 * @param age how long they stay, or {@code null} for ever
	 * @param most how many to remove at most
	 * @return how many were removed
	 */
	public long trim(long limit, @Nullable Duration age, int most) {
		return number(eval(Repeat.ALWAYS, Script.TRIM_LETTERS,
				new byte[][] { this.keys.dead, this.keys.letters, this.keys.meta },
				arg((limit > 0) ? Long.toString(limit) : ""), arg((age != null) ? Long.toString(age.toMillis()) : ""),
				arg(most), arg(TRIMMED_BYTES))
			.value()
			.get(0));
	}

	private Reply<List<Object>> eval(Repeat repeat, Script script, byte[][] keys, byte[]... args) {
		return ScriptCall.eval(this.link, repeat, script, keys, args);
	}

	/**
	 * A letter as it is stored.
	 *
	 * @param id its id
	 * @param diedAt its time of death (ms), or {@code null} where there is no such letter
	 * @param length its length
	 * @param content its first bytes
	 */
	public record Stored(String id, @Nullable Long diedAt, long length, byte[] content) {
	}

	/**
	 * A letter to bring back.
	 *
	 * @param id its id
	 * @param diedAt its time of death (ms), as it was read
	 * @param length its length, as it was read
	 * @param payloadAt where in the letter the payload begins
	 * @param head what to put before the payload
	 */
	public record Redriven(String id, long diedAt, long length, int payloadAt, byte[] head) {
	}

}
