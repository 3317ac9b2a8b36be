package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import dev.redisqueue.PutOptions;
import dev.redisqueue.TransactionMode;
import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import org.jspecify.annotations.Nullable;

import static dev.redisqueue.redis.link.RedisValues.arg;

/**
 * Makes messages of payloads, as the options of a put say, and has them sent.
 *
 * @param <T> the type of the payload
 */
public final class Producer<T> {

	private final QueueSpec spec;

	private final Payloads<T> payloads;

	private final Sender sender;

	private final MessageIds ids;

	private final RedisLink link;

	private final Failures failures;

	private final boolean afterCommit;

	/**
	 * Creates the producer of a queue.
	 * @param spec the queue
	 * @param payloads encodes
	 * @param sender sends
	 * @param ids names messages
	 * @param link tells the time of Redis
	 * @param failures explains what fails
	 */
	public Producer(QueueSpec spec, Payloads<T> payloads, Sender sender, MessageIds ids, RedisLink link,
			Failures failures) {
		this.spec = spec;
		this.payloads = payloads;
		this.sender = sender;
		this.ids = ids;
		this.link = link;
		this.failures = failures;
		this.afterCommit = spec.options().transactions() == TransactionMode.AFTER_COMMIT;
	}

	public void put(T payload) {
		byte[] bytes = this.payloads.encode(payload);
		byte[] idBytes = this.ids.nextBytes();
		String id = MessageIds.text(idBytes);
		byte[] message = this.payloads.message(bytes, idBytes, arg(now(id)));
		if (isDeferred()) {
			defer(named(id), () -> this.sender.put(id, message));
			return;
		}
		this.sender.put(id, message);
	}

	private boolean isDeferred() {
		return this.afterCommit && AfterCommit.isDue();
	}

	private void defer(String what, Runnable send) {
		AfterCommit.send(this.spec.name(), what, send);
	}

	private String named(String id) {
		return this.spec.isRaw() ? "a message" : "message " + id;
	}

	public boolean put(T payload, PutOptions options) {
		requireNoHead(options);
		byte[] bytes = this.payloads.encode(payload);
		String id = options.id().orElseGet(this.ids::next);
		long now = now(id);
		byte[] message = this.payloads.message(bytes, id, now, options);
		String due = due(options, now);
		// A unique put has to answer.
		if (options.uniqueKey().isEmpty() && isDeferred()) {
			defer(named(id), () -> this.sender.put(id, message, options, due));
			return true;
		}
		return this.sender.put(id, message, options, due);
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
		if (!this.spec.isRaw()) {
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
					"Queue " + this.spec.name() + " has format raw, whose messages have " + "no head to carry "
							+ String.join(", ", refused) + ": leave that out, or set format=framed for the queue");
		}
	}

	public void putAll(Collection<? extends T> payloads) {
		List<byte[]> messages = new ArrayList<>(payloads.size());
		for (T payload : payloads) {
			messages.add(this.payloads.encode(payload));
		}
		byte[] now = arg(now(null));
		long first = this.ids.reserve(messages.size());
		for (int i = 0; i < messages.size(); i++) {
			messages.set(i, this.payloads.message(messages.get(i), this.ids.bytes(first + i), now));
		}
		this.sender.requireRoomEver(messages);
		if (isDeferred()) {
			defer(messages.size() + " messages", () -> this.sender.putAll(messages));
			return;
		}
		this.sender.putAll(messages);
	}

	/** Nothing was put yet where Redis does not even tell the time. */
	private long now(@Nullable String id) {
		try {
			return this.link.knownClock().now();
		}
		catch (CallFailedException ex) {
			Fate fate = (ex.fate() == Fate.UNKNOWN) ? Fate.NOT_SENT : ex.fate();
			throw this.failures.put(this.spec.isRaw() ? null : id, 0, new CallFailedException(fate, ex));
		}
	}

}
