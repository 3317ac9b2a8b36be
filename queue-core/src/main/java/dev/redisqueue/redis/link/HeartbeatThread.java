package dev.redisqueue.redis.link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Keeps the leases of all queues of one Redis: a thread that does nothing else, over a
 * connection that nothing else uses. So neither bulk work nor large messages nor calls
 * that wait for a reply make a heartbeat late. It waits for no reply either: what a
 * heartbeat of one queue meets is not met by the others. The one thing that it waits for
 * is its connection, which all of them need, and which is closed when none does.
 * <p>
 * The loop catches whatever a beat throws and goes on. It needs no memory for that, and
 * looks after the timer of the workers, which does.
 */
public final class HeartbeatThread implements AutoCloseable {

	/** A connection that cannot be made is not tried more often than this. */
	private static final long OPEN_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

	private static final long LONGEST_OPEN = TimeUnit.SECONDS.toNanos(5);

	private static final long LONGEST_NAP = TimeUnit.SECONDS.toNanos(1);

	/** After an error that came out of the loop itself. */
	private static final long ERROR_NAP = TimeUnit.MILLISECONDS.toNanos(50);

	private final SharedConnection connection;

	private final Workers workers;

	private volatile List<Beat> beats = List.of();

	private volatile @Nullable Thread thread;

	private volatile boolean closed;

	private long openAgain = System.nanoTime();

	/**
	 * Creates the thread of a Redis. It starts with the first beat.
	 * @param link makes its connection
	 * @param workers whose timer it looks after
	 */
	public HeartbeatThread(RedisLink link, Workers workers) {
		this.connection = new SharedConnection(link::open);
		this.workers = workers;
	}

	/**
	 * Adds a beat, which runs at once and then whenever it is due. It must not block.
	 * @param task beats
	 */
	public synchronized Beat add(Task task) {
		Beat beat = new Beat(task);
		List<Beat> more = new ArrayList<>(this.beats);
		more.add(beat);
		if (this.thread == null && !this.closed) {
			Thread fresh = new Thread(this::run, "redis-queue-heartbeat");
			fresh.setDaemon(true);
			fresh.start();
			this.thread = fresh;
		}
		this.beats = more;
		wake();
		return beat;
	}

	private synchronized void remove(Beat beat) {
		List<Beat> less = new ArrayList<>(this.beats);
		less.remove(beat);
		this.beats = less;
		wake();
	}

	private void wake() {
		LockSupport.unpark(this.thread);
	}

	private void run() {
		while (!this.closed) {
			try {
				long nap = beat();
				this.workers.revive();
				if (this.beats.isEmpty() && this.connection.ifOpen() != null) {
					this.connection.close();
				}
				LockSupport.parkNanos(this, nap);
				// Nobody has a reason to interrupt it: it would not sleep any more.
				Thread.interrupted();
			}
			catch (Throwable ex) {
				Workers.report("The thread that renews leases met an error and goes on", ex);
				LockSupport.parkNanos(this, ERROR_NAP);
			}
		}
		// It may have been opened since it was closed.
		this.connection.close();
	}

	/** Runs what is due; returns how long nothing is. */
	private long beat() {
		List<Beat> all = this.beats;
		long nap = LONGEST_NAP;
		for (int i = 0; i < all.size(); i++) {
			nap = Math.min(nap, all.get(i).runIfDue());
		}
		return nap;
	}

	/** The connection, opened where none is. For beats only: the thread waits for it. */
	public OpenConnection connection() {
		OpenConnection open = this.connection.ifOpen();
		if (open != null) {
			return open;
		}
		long now = System.nanoTime();
		if (now - this.openAgain < 0) {
			throw new RedisConnectionFailureException("no connection, and the next attempt is not due yet");
		}
		try {
			return this.connection.get(now + LONGEST_OPEN);
		}
		catch (RuntimeException ex) {
			this.openAgain = System.nanoTime() + OPEN_PAUSE;
			throw ex;
		}
	}

	/** Of a heartbeat that was answered, whatever the answer. */
	public void answered() {
		this.connection.noteReply();
	}

	/**
	 * Of a heartbeat that failed.
	 * @param over the connection
	 * @param sent when it was sent, by the local monotonic clock
	 * @param failure what is known, or {@code null} where nothing has come back
	 */
	public void failed(OpenConnection over, long sent, @Nullable Throwable failure) {
		if (failure == null || over.isOdd()) {
			// Whatever came back for other queues, from other nodes of a Cluster say:
			// this
			// one waits in vain, and the others lose nothing by a new connection.
			this.connection.replace(over);
		}
		else if (Fate.isDemotion(failure)) {
			this.connection.leave(over);
		}
		else if (sent - over.since() > LONGEST_OPEN) {
			// It should have reconnected by now: whatever keeps it from that, a new one
			// is made.
			this.connection.overdue(over, sent - LONGEST_OPEN);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		wake();
		this.connection.close();
	}

	/** What beats. */
	@FunctionalInterface
	public interface Task {

		/**
		 * Does what is due. Must not block.
		 * @return how long until the next time, in nanoseconds
		 */
		long beat();

	}

	/** One of the things that the thread does. */
	public final class Beat {

		/** After a beat that threw. */
		private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(250);

		private final Task task;

		/** For the thread only, as all but {@link #asked}. */
		private long due = System.nanoTime();

		private volatile boolean asked;

		private boolean failing;

		Beat(Task task) {
			this.task = task;
		}

		private long runIfDue() {
			long left = this.due - System.nanoTime();
			if (left > 0 && !this.asked) {
				return left;
			}
			// Before it runs: whoever asks meanwhile is not forgotten.
			this.asked = false;
			long nap = AGAIN;
			try {
				nap = this.task.beat();
				this.failing = false;
			}
			catch (Throwable ex) {
				if (!this.failing) {
					this.failing = true;
					Workers.report("A heartbeat failed; it goes on, and is reported again when one has succeeded in "
							+ "between", ex);
				}
			}
			this.due = System.nanoTime() + nap;
			return nap;
		}

		/** It is due now. Does not block; for any thread. */
		public void soon() {
			this.asked = true;
			wake();
		}

		/** It does not begin any more. */
		public void end() {
			remove(this);
		}

	}

}
