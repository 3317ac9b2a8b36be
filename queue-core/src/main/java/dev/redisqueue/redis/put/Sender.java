package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.List;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.redis.QueueParts;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.store.QueueStore.UniquePut;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages that are ready to be sent. A put that may have reached Redis is never
 * sent again, but for a unique one, which Redis tells apart.
 */
final class Sender {

	/** Below this, no server refuses a value for its length. */
	private static final int SMALLEST_BULK_LIMIT = 1024 * 1024;

	private final QueueParts engine;

	private final boolean raw;

	/** How many ready messages the queue takes, or 0 for any number. */
	private final long most;

	Sender(QueueParts engine) {
		this.engine = engine;
		this.raw = engine.options().format() == MessageFormat.RAW;
		this.most = engine.options().maxSize();
	}

	void put(String id, byte[] message) {
		try {
			putReady(named(id), 0, message);
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().put(named(id), 0, sized(ex, message.length));
		}
	}

	/**
	 * Sends a message as the options say.
	 * @param due what the scripts take for the due time; empty where it is ready
	 * @return {@code false} if it is a duplicate
	 */
	boolean put(String id, byte[] message, PutOptions options, String due) {
		try {
			if (options.uniqueKey().isPresent()) {
				return putUnique(id, message, options.uniqueKey().get(), options.uniqueWindow().orElseThrow(), due);
			}
			if (due.isEmpty()) {
				putReady(named(id), 0, message);
			}
			else {
				this.engine.dueTimer().due(this.engine.store().putDelayed(message, due));
			}
			return true;
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().put(named(id), 0, sized(ex, message.length));
		}
	}

	/** The id, where the message carries it. */
	private @Nullable String named(String id) {
		return this.raw ? null : id;
	}

	private void putReady(@Nullable String id, int stored, byte[]... messages) {
		if (this.most == 0) {
			if (messages.length == 1 && messages[0].length <= CombinedPuts.LARGEST) {
				this.engine.combinedPuts().put(messages[0]);
				return;
			}
			this.engine.store().put(messages);
			return;
		}
		RoomWait room = new RoomWait(this.engine, id, stored);
		for (Long ready = tryPut(messages); ready != null; ready = tryPut(messages)) {
			room.await(ready);
		}
	}

	private @Nullable Long tryPut(byte[]... messages) {
		return this.engine.store().putBounded(this.most, messages);
	}

	private boolean putUnique(String id, byte[] message, String key, Duration window, String due) {
		RoomWait room = new RoomWait(this.engine, named(id), 0);
		while (true) {
			UniquePut put = this.engine.store().putUnique(message, key, id, window, due, this.most);
			Long ready = put.full();
			if (ready == null) {
				this.engine.dueTimer().due(put.due());
				return put.accepted();
			}
			room.await(ready);
		}
	}

	void putAll(List<byte[]> messages) {
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
			throw this.engine.failures().put(null, stored, sized(ex, largest));
		}
	}

	/** What goes in one round trip is stored as a whole: it has to fit. */
	void requireRoomEver(List<byte[]> messages) {
		for (int from = 0; this.most > 0 && from < messages.size();) {
			int end = endOfPut(messages, from);
			if (end - from > this.most) {
				throw this.engine.failures().tooMany(end - from, this.most);
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
			return this.engine.store().longestValue();
		}
		catch (CallFailedException ex) {
			return null;
		}
	}

}
