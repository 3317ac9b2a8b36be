package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.HeartbeatThread;
import dev.redisqueue.redis.link.OpenConnection;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.store.LeaseStore;
import org.jspecify.annotations.Nullable;

/**
 * Renews the lease of the consumer every third of it, and sooner again where that failed.
 * <pre>
 * none ──due──▶ sent ──answered──▶ none (renewed: due in a third of the lease)
 *                 └──failed or overdue──▶ none (due again in a twelfth)
 * </pre> All of it happens on the {@link HeartbeatThread}, which never waits for the
 * reply: when that is there, the beat is due at once. Each beat costs the same, however
 * many messages are on loan.
 */
public final class Heartbeat {

	private static final Duration LONGEST_REPLY_WAIT = Duration.ofSeconds(5);

	private final long lease;

	private final LeaseStore store;

	private final Registration registration;

	private final LeaseLoss loss;

	private final HeldCheck heldCheck;

	private final HeartbeatThread thread;

	private final long replyWait;

	private HeartbeatThread.@Nullable Beat beat;

	/** For the thread only, like {@link #next}. */
	private @Nullable Sent sent;

	/** Not before this, by the local monotonic clock: after a failure. */
	private long next = System.nanoTime();

	private volatile boolean asked;

	/** Of the last heartbeat, where it failed. */
	private volatile @Nullable CallFailedException failure;

	/**
	 * Creates the heartbeat of a consumer.
	 * @param spec the queue
	 * @param store the state change
	 * @param registration the lives of the consumer
	 * @param loss told where a reply says that the lease was lost
	 * @param heldCheck told what Redis holds for the consumer
	 * @param thread where it beats
	 */
	public Heartbeat(QueueSpec spec, LeaseStore store, Registration registration, LeaseLoss loss, HeldCheck heldCheck,
			HeartbeatThread thread) {
		this.lease = spec.options().lease().toNanos();
		this.store = store;
		this.registration = registration;
		this.loss = loss;
		this.heldCheck = heldCheck;
		this.thread = thread;
		this.replyWait = Math.min(LONGEST_REPLY_WAIT.toNanos(), this.lease / 2);
	}

	/** Begins. Idempotent. */
	public synchronized void begin() {
		if (this.beat == null) {
			this.beat = this.thread.add(this::beat);
		}
	}

	/** Renews now, whether it is due or not. Does not block. */
	public synchronized void soon() {
		if (this.beat != null) {
			this.asked = true;
			this.beat.soon();
		}
	}

	/** Renews no more. */
	public synchronized void end() {
		if (this.beat != null) {
			this.beat.end();
		}
	}

	/** Why the lease is not renewed while it runs out, or {@code null}. */
	public @Nullable CallFailedException trouble() {
		CallFailedException known = this.failure;
		Incarnation current = this.registration.live();
		if (known == null || current == null) {
			return null;
		}
		return (known.fate() == Fate.REFUSED || current.renewedAgo() > this.lease / 2) ? known : null;
	}

	/** How long ago the lease was renewed (ns), or {@code null} where there is none. */
	@Nullable Long renewedAgo() {
		Incarnation current = this.registration.live();
		return (current != null) ? current.renewedAgo() : null;
	}

	private long beat() {
		Sent current = this.sent;
		if (current != null) {
			if (!current.reply().isDone() && System.nanoTime() - current.deadline() < 0) {
				return current.deadline() - System.nanoTime();
			}
			this.sent = null;
			conclude(current);
		}
		Incarnation live = this.registration.live();
		if (live == null) {
			return this.lease / 3;
		}
		long now = System.nanoTime();
		long wait = Math.max(this.asked ? 0 : this.lease / 3 - live.renewedAgo(), this.next - now);
		if (wait > 0) {
			return wait;
		}
		this.asked = false;
		// Whatever happens below, it is not due before that.
		this.next = now + this.lease / 12;
		return send(live, now);
	}

	private long send(Incarnation live, long now) {
		OpenConnection connection;
		CompletableFuture<Long> reply;
		try {
			connection = this.thread.connection();
			reply = connection.watched(this.store.beginHeartbeat(connection.commands(), live.id()));
		}
		catch (RuntimeException ex) {
			fail(ex);
			return this.lease / 12;
		}
		this.sent = new Sent(live, connection, reply, now, now + this.replyWait);
		HeartbeatThread.Beat own = this.beat;
		if (own != null) {
			reply.whenComplete((held, failed) -> own.soon());
		}
		return this.replyWait;
	}

	private void conclude(Sent ended) {
		long held;
		try {
			if (!ended.reply().isDone()) {
				this.thread.failed(ended.connection(), ended.time(), null);
				ended.reply().cancel(false);
			}
			held = ended.reply().join();
		}
		catch (RuntimeException ex) {
			Throwable cause = (ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex;
			this.thread.failed(ended.connection(), ended.time(), cause);
			fail(cause);
			return;
		}
		this.thread.answered();
		this.failure = null;
		if (held < 0) {
			this.loss.lost(ended.incarnation());
			return;
		}
		ended.incarnation().renewed(ended.time());
		this.heldCheck.look(ended.incarnation(), held);
	}

	private void fail(Throwable cause) {
		this.failure = new CallFailedException(Fate.of(cause), cause);
	}

	/**
	 * A heartbeat under way.
	 *
	 * @param incarnation whose
	 * @param connection over which it was sent
	 * @param reply what comes of it
	 * @param time when it was sent, by the local monotonic clock
	 * @param deadline when the reply is overdue
	 */
	private record Sent(Incarnation incarnation, OpenConnection connection, CompletableFuture<Long> reply, long time,
			long deadline) {
	}

}
