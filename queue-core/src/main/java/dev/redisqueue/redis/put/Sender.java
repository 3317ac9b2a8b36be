package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.List;

import dev.redisqueue.PutOptions;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.UniquePut;
import dev.redisqueue.redis.upkeep.DueTimer;
import dev.redisqueue.redis.upkeep.QueueLife;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages that are ready to be sent. A put that may have reached Redis is never
 * sent again, but for a unique one, which Redis tells apart. The queue may have been
 * closed since the call, where a put waits for a commit.
 */
public final class Sender {

	/** Below this, no server refuses a value for its length. */
	private static final int SMALLEST_BULK_LIMIT = 1024 * 1024;

	private final QueueLife life;

	private final QueueStore store;

	private final CombinedPuts combinedPuts;

	private final DueTimer dueTimer;

	private final Failures failures;

	private final boolean raw;

	/** How many ready messages the queue takes, or 0 for any number. */
	private final long most;

	/**
	 * Creates the sender of a queue.
	 * @param life the queue
	 * @param store the state changes
	 * @param combinedPuts sends with what others put
	 * @param dueTimer told when a delayed message is due
	 * @param failures explains what fails
	 */
	public Sender(QueueLife life, QueueStore store, CombinedPuts combinedPuts, DueTimer dueTimer, Failures failures) {
		this.life = life;
		this.store = store;
		this.combinedPuts = combinedPuts;
		this.dueTimer = dueTimer;
		this.failures = failures;
		this.raw = life.spec().isRaw();
		this.most = life.spec().options().maxSize();
	}

	void put(String id, byte[] message) {
		this.life.use();
		try {
			putReady(named(id), 0, message);
		}
		catch (CallFailedException ex) {
			throw this.failures.put(named(id), 0, sized(ex, message.length));
		}
	}

	/**
	 * Sends a message as the options say.
	 * @param due what the scripts take for the due time; empty where it is ready
	 * @return {@code false} if it is a duplicate
	 */
	boolean put(String id, byte[] message, PutOptions options, String due) {
		this.life.use();
		try {
			if (options.uniqueKey().isPresent()) {
				return putUnique(id, message, options.uniqueKey().get(), options.uniqueWindow().orElseThrow(), due);
			}
			if (due.isEmpty()) {
				putReady(named(id), 0, message);
			}
			else {
				this.dueTimer.due(this.store.putDelayed(message, due));
			}
			return true;
		}
		catch (CallFailedException ex) {
			throw this.failures.put(named(id), 0, sized(ex, message.length));
		}
	}

	/** The id, where the message carries it. */
	private @Nullable String named(String id) {
		return this.raw ? null : id;
	}

	private void putReady(@Nullable String id, int stored, byte[]... messages) {
		if (this.most == 0) {
			if (messages.length == 1 && messages[0].length <= CombinedPuts.LARGEST) {
				this.combinedPuts.put(messages[0]);
				return;
			}
			this.store.put(messages);
			return;
		}
		RoomWait room = new RoomWait(this.life, this.failures, id, stored);
		for (Long ready = tryPut(messages); ready != null; ready = tryPut(messages)) {
			room.await(ready);
		}
	}

	private @Nullable Long tryPut(byte[]... messages) {
		return this.store.putBounded(this.most, messages);
	}

	private boolean putUnique(String id, byte[] message, String key, Duration window, String due) {
		RoomWait room = new RoomWait(this.life, this.failures, named(id), 0);
		while (true) {
			UniquePut put = this.store.putUnique(message, key, id, window, due, this.most);
			Long ready = put.full();
			if (ready == null) {
				this.dueTimer.due(put.due());
				return put.accepted();
			}
			room.await(ready);
		}
	}

	void putAll(List<byte[]> messages) {
		this.life.use();
		int stored = 0;
		try {
			while (stored < messages.size()) {
				int end = endOfPut(messages, stored);
				putReady(null, stored, messages.subList(stored, end).toArray(byte[][]::new));
				stored = end;
			}
		}
		catch (CallFailedException ex) {
			int largest = messages.subList(stored, endOfPut(messages, stored))
				.stream()
				.mapToInt((message) -> message.length)
				.max()
				.orElse(0);
			throw this.failures.put(null, stored, sized(ex, largest));
		}
	}

	/** What goes in one round trip is stored as a whole: it has to fit. */
	void requireRoomEver(List<byte[]> messages) {
		for (int from = 0; this.most > 0 && from < messages.size();) {
			int end = endOfPut(messages, from);
			if (end - from > this.most) {
				throw this.failures.tooMany(end - from, this.most);
			}
			from = end;
		}
	}

	private static int endOfPut(List<byte[]> messages, int from) {
		return QueueStore.endOfPut(messages, from, QueueStore.BATCH_BYTES);
	}

	/**
	 * A value above {@code proto-max-bulk-len} makes Redis close the connection, often
	 * before its complaint is read: then the outcome is known after all.
	 */
	private CallFailedException sized(CallFailedException failure, int bytes) {
		if (failure.fate() != Fate.UNKNOWN || bytes < SMALLEST_BULK_LIMIT) {
			return failure;
		}
		Long limit = bulkLimit();
		return (limit != null && bytes > limit) ? new CallFailedException(Fate.REFUSED, new IllegalArgumentException(
				"invalid bulk length: " + bytes + " bytes, proto-max-bulk-len is " + limit)) : failure;
	}

	private @Nullable Long bulkLimit() {
		try {
			return this.store.longestValue();
		}
		catch (CallFailedException ex) {
			return null;
		}
	}

}
