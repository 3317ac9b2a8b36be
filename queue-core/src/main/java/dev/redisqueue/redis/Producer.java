package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.redis.QueueStore.UniquePut;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages. A put that may have reached Redis is never sent again, but for a unique
 * one, which Redis tells apart.
 *
 * @param <T> the type of the payload
 */
final class Producer<T> {

	private static final int MOST_PER_CALL = 1000;

	/** Below this, no server refuses a value for its length. */
	private static final int SMALLEST_BULK_LIMIT = 1024 * 1024;

	private final QueueEngine engine;

	private final Payloads<T> payloads;

	private final boolean raw;

	Producer(QueueEngine engine, Payloads<T> payloads) {
		this.engine = engine;
		this.payloads = payloads;
		this.raw = engine.options().format() == MessageFormat.RAW;
	}

	void put(T payload) {
		this.engine.use();
		byte[] bytes = this.payloads.encode(payload);
		String id = this.engine.nextId();
		int length = 0;
		try {
			byte[] message = this.payloads.message(bytes, id, Long.toString(now()));
			length = message.length;
			this.engine.store().put(message);
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().put(this.raw ? null : id, 0, sized(ex, length));
		}
	}

	boolean put(T payload, PutOptions options) {
		this.engine.use();
		requireNoHead(options);
		byte[] bytes = this.payloads.encode(payload);
		String id = options.id().orElseGet(this.engine::nextId);
		int length = 0;
		try {
			long now = now();
			byte[] message = this.payloads.message(bytes, id, now, options);
			length = message.length;
			return send(message, id, options, due(options, now));
		}
		catch (CallFailedException ex) {
			throw this.engine.failures().put(this.raw ? null : id, 0, sized(ex, length));
		}
	}

	private boolean send(byte[] message, String id, PutOptions options, String due) {
		if (options.uniqueKey().isPresent()) {
			UniquePut put = this.engine.store()
				.putUnique(message, options.uniqueKey().get(), id, options.uniqueWindow().orElseThrow(), due);
			this.engine.dueTimer().due(put.due());
			return put.accepted();
		}
		if (due.isEmpty()) {
			this.engine.store().put(message);
		}
		else {
			this.engine.dueTimer().due(this.engine.store().putDelayed(message, due));
		}
		return true;
	}

	/** What the scripts take for the due time; empty for a message that is ready. */
	private static String due(PutOptions options, long now) {
		long delay = options.delay().map(Duration::toMillis).orElse(0L);
		if (delay > 0) {
			return "+" + delay;
		}
		return options.at()
			.map((time) -> time.toEpochMilli())
			.filter((time) -> time > now)
			.map(String::valueOf)
			.orElse("");
	}

	private void requireNoHead(PutOptions options) {
		if (!this.raw) {
			return;
		}
		List<String> refused = new ArrayList<>();
		if (!options.headers().isEmpty()) {
			refused.add("header");
		}
		if (options.expireAfter().isPresent()) {
			refused.add("expireAfter");
		}
		if (options.id().isPresent() && options.uniqueKey().isEmpty()) {
			refused.add("id");
		}
		if (!refused.isEmpty()) {
			throw new IllegalArgumentException(
					"Queue " + this.engine.name() + " has format raw, whose messages have " + "no head to carry "
							+ String.join(", ", refused) + ": leave that out, or set format=framed for the queue");
		}
	}

	void putAll(Collection<? extends T> payloads) {
		this.engine.use();
		List<byte[]> messages = new ArrayList<>(payloads.size());
		for (T payload : payloads) {
			messages.add(this.payloads.encode(payload));
		}
		int stored = 0;
		try {
			String now = Long.toString(now());
			messages.replaceAll((bytes) -> this.payloads.message(bytes, this.engine.nextId(), now));
			while (stored < messages.size()) {
				int end = endOfBatch(messages, stored);
				this.engine.store().put(messages.subList(stored, end).toArray(byte[][]::new));
				stored = end;
			}
		}
		catch (CallFailedException ex) {
			int largest = messages.subList(stored, endOfBatch(messages, stored))
				.stream()
				.mapToInt((message) -> message.length)
				.max()
				.orElse(0);
			throw this.engine.failures().put(null, stored, sized(ex, largest));
		}
	}

	private static int endOfBatch(List<byte[]> messages, int from) {
		int end = from;
		long bytes = 0;
		while (end < messages.size() && end - from < MOST_PER_CALL) {
			bytes += messages.get(end).length;
			if (bytes > QueueStore.BATCH_BYTES && end > from) {
				break;
			}
			end++;
		}
		return end;
	}

	/** Nothing was put yet where Redis does not even tell the time. */
	private long now() {
		try {
			return this.engine.knownClock().now();
		}
		catch (CallFailedException ex) {
			throw new CallFailedException((ex.fate() == Fate.UNKNOWN) ? Fate.NOT_SENT : ex.fate(), ex);
		}
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
