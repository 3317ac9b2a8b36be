package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.function.Supplier;

import dev.redisqueue.GetOutcomeUnknownException;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueException;
import dev.redisqueue.QueueUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Says of a failed command what it means for a queue and its messages, and what to do.
 */
public final class Failures {

	private final String queue;

	private final String list;

	public Failures(QueueSpec spec) {
		this.queue = spec.name();
		this.list = spec.options().namespace() + ":" + spec.name();
	}

	/** Makes a call that may be made again, and explains its failure. */
	public <R> R explaining(String doing, @Nullable String id, Supplier<R> call) {
		try {
			return call.get();
		}
		catch (CallFailedException ex) {
			throw call(doing, id, ex);
		}
	}

	/** Of a call that may be made again. */
	private QueueException call(String doing, @Nullable String id, CallFailedException failure) {
		if (failure.fate() == Fate.REFUSED) {
			return new QueueException(this.queue, id,
					text(doing, id, failure) + ". Nothing was changed. " + advice(failure), failure.getCause());
		}
		return new QueueUnavailableException(this.queue, id, text(doing, id, failure) + " within "
				+ RedisLink.DEADLINE.toSeconds() + " s. No message is lost by it. Make the call again later",
				failure.getCause());
	}

	public QueueException put(@Nullable String id, int stored, CallFailedException failure) {
		String before = before(stored);
		if (failure.fate() == Fate.UNKNOWN) {
			return new PutOutcomeUnknownException(this.queue, id,
					text("put", id, failure) + ": the reply was lost. The message is there once or not at all." + before
							+ " Put it again only if twice is better than never, or make the put unique and repeat it "
							+ "with the same id",
					failure.getCause());
		}
		String consequence = ". The message was not stored." + before + " ";
		return new PutRefusedException(this.queue, id, stored,
				text("put", id, failure) + consequence
						+ ((failure.fate() == Fate.REFUSED) ? advice(failure) : "Put it again later"),
				failure.getCause());
	}

	/** Of a put for which there is no room. */
	public PutRefusedException full(@Nullable String id, int stored, long ready, long most, Duration waited) {
		return new PutRefusedException(this.queue, id, stored,
				"Queue " + this.queue + ": could not put " + name(id) + ": the queue is full, " + ready
						+ " messages are ready and the limit is " + most + " (max-size)"
						+ (waited.isZero() ? "" : ", and there was no room within " + waited) + ". It was not stored."
						+ before(stored) + " Put it again later, add consumers, or raise max-size",
				null);
	}

	/** Of a put of more messages in one round trip than the queue ever holds. */
	public PutRefusedException tooMany(int count, long most) {
		return new PutRefusedException(this.queue, null, 0,
				"Queue " + this.queue + ": could not put messages: " + count
						+ " of them go in one step and the queue takes " + most
						+ " ready messages at most (max-size). None was stored. Put fewer at once, or raise max-size",
				null);
	}

	/** Of a put whose thread was interrupted while it waited for room. */
	public PutRefusedException interruptedPut(@Nullable String id, int stored, InterruptedException cause) {
		return new PutRefusedException(this.queue, id, stored,
				"Queue " + this.queue + ": could not put " + name(id)
						+ ": the thread was interrupted while it waited for room. It was not stored." + before(stored)
						+ " Put it again later",
				cause);
	}

	private static String name(@Nullable String id) {
		return (id != null) ? "message " + id : "a message";
	}

	private static String before(int stored) {
		return (stored > 0) ? " " + stored + " messages of the same call were stored before." : "";
	}

	public QueueException get(CallFailedException failure) {
		if (failure.fate() == Fate.UNKNOWN) {
			return new GetOutcomeUnknownException(this.queue, null,
					text("get", null, failure) + ": the reply was lost. At most the one message that it carried is "
							+ "gone. Where that is too much, use take",
					failure.getCause());
		}
		return call("get", null, failure);
	}

	private String text(String doing, @Nullable String id, CallFailedException failure) {
		return "Queue " + this.queue + ": could not " + doing + ((id != null) ? " message " + id : "") + " ("
				+ failure.reason() + ")";
	}

	private String advice(CallFailedException failure) {
		String reason = failure.reason();
		if (reason.contains("WRONGTYPE")) {
			return "A key of this queue holds another type: look at TYPE " + this.list + " and at the keys {"
					+ this.list + "}:*, rename or delete the foreign one, or give the queue another name or namespace";
		}
		if (reason.contains("NOPERM") || reason.contains("can't run this command")
				|| reason.contains("No permissions")) {
			return "Grant the user of this connection the command and the keys " + this.list + " and {" + this.list
					+ "}:* (ACL SETUSER)";
		}
		if (reason.contains("NOAUTH") || reason.contains("WRONGPASS")) {
			return "Check spring.data.redis.username and .password";
		}
		if (reason.contains("OOM ")) {
			return "Redis is full (maxmemory): take messages from it, or give it more memory";
		}
		if (reason.contains("invalid bulk length")) {
			return "The message is larger than proto-max-bulk-len of Redis: raise that, or lower max-put-size";
		}
		return "Trying again does not help: mend what Redis complains of";
	}

}
