package dev.redisqueue.redis.put;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.SentCommand;
import dev.redisqueue.redis.store.QueueStore;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Sends what several threads put at the same time in one command. A put that finds no
 * other under way is sent at once, by its own thread. What comes meanwhile gathers, and
 * is sent by the thread that brings the next reply, so that nobody is woken to send. Each
 * of those who put sleeps once.
 * <p>
 * All that is sent together is stored or refused together. Where it was not stored and
 * may be sent again, each put goes on by itself, as if it had been alone. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * gathered        whoever sends next: claimed;      it is in the stack, and nothing of it was sent
 *                 the watcher, after two seconds:
 *                 withdrawn
 * claimed         the thread that took it out of    nobody else sends or ends it
 *                 the stack: sent, or ended where
 *                 nothing could be sent
 * sent            the thread that brings the        it is known over which connection, and until when
 *                 reply: ended; the watcher, when   the reply may come
 *                 that is overdue, gives the
 *                 command up, which ends it
 * ended           nobody                            stored if there is no failure, which is set before
 * withdrawn       nobody                            ended, and never sent
 * </pre>
 * <p>
 * Who gathers first is the watcher of all that gather until they are claimed: one thread
 * sleeps with a time limit, which costs more than to sleep without. When it leaves, the
 * next one that has not ended watches.
 * <p>
 * So many turns are under way at most as {@link ReplyTime} says: one of each thread that
 * sends, and one of each command until its reply.
 */
public final class CombinedPuts {

	/** A larger message goes alone: no server refuses one of these for its length. */
	static final int LARGEST = 64 * 1024;

	private static final int MOST_BYTES = 8 * LARGEST;

	/** Not to be sent for longer than this is not to be sent. */
	private static final long LONGEST_GATHERING = TimeUnit.SECONDS.toNanos(2);

	private static final long BEING_SENT = TimeUnit.MILLISECONDS.toNanos(1);

	/** Made before it is needed, for want of memory say. */
	private static final RuntimeException NOT_SENT = new RedisConnectionFailureException(
			"it could not be sent with others");

	private static final RuntimeException NOT_SENT_IN_TIME = new RedisConnectionFailureException(
			"earlier puts wait for their reply");

	private final RedisLink link;

	private final QueueStore store;

	private final ReplyTime replyTime = new ReplyTime();

	private final AtomicReference<@Nullable Put> newest = new AtomicReference<>();

	private final AtomicInteger underWay = new AtomicInteger();

	public CombinedPuts(RedisLink link, QueueStore store) {
		this.link = link;
		this.store = store;
	}

	/** new → ready. */
	void put(byte[] message) {
		this.link.requireOtherThread();
		long start = System.nanoTime();
		Put put = new Put(message);
		gather(put);
		sendNext();
		Throwable failure = await(put);
		if (failure == null) {
			return;
		}
		Fate fate = Fate.of(failure);
		if (fate != Fate.NOT_SENT && fate != Fate.TRY_LATER) {
			throw new CallFailedException(fate, failure);
		}
		this.store.put(start + RedisLink.DEADLINE.toNanos(), message);
	}

	private void gather(Put put) {
		Put before;
		do {
			before = this.newest.get();
			put.next = before;
			put.watches = before == null;
		}
		while (!this.newest.compareAndSet(before, put));
	}

	private void sendNext() {
		if (this.newest.get() != null && mayBegin()) {
			sendGathered();
		}
	}

	private boolean mayBegin() {
		while (true) {
			int current = this.underWay.get();
			if (current >= this.replyTime.worthwhile()) {
				return false;
			}
			if (this.underWay.compareAndSet(current, current + 1)) {
				return true;
			}
		}
	}

	/**
	 * For whoever may begin: sends what has gathered, and ends that turn, whatever
	 * happens.
	 */
	private void sendGathered() {
		do {
			Put oldest = gathered();
			try {
				send(oldest);
			}
			catch (RuntimeException | Error ex) {
				endUnsent(oldest, NOT_SENT);
			}
			finally {
				this.underWay.decrementAndGet();
			}
		}
		while (this.newest.get() != null && mayBegin());
	}

	/** What has gathered, the oldest first. Needs no memory. */
	private @Nullable Put gathered() {
		Put oldest = null;
		for (Put put = this.newest.getAndSet(null); put != null;) {
			Put older = put.next;
			put.next = oldest;
			oldest = put;
			put = older;
		}
		return oldest;
	}

	private void send(@Nullable Put oldest) {
		List<Put> puts = new ArrayList<>();
		for (Put put = oldest; put != null; put = put.next) {
			puts.add(put);
		}
		List<byte[]> messages = puts.stream().map((put) -> put.message).toList();
		for (int from = 0, to; from < puts.size(); from = to) {
			to = QueueStore.endOfPut(messages, from, MOST_BYTES);
			send(puts.subList(from, to), messages.subList(from, to).toArray(byte[][]::new));
		}
	}

	/** They are nobody else's any more. Each goes on by itself. */
	private static void endUnsent(@Nullable Put oldest, Throwable failure) {
		for (Put put = oldest; put != null; put = put.next) {
			if (put.sent == null && !put.ended) {
				put.end(failure);
				put.wake();
			}
		}
	}

	private void send(List<Put> puts, byte[][] messages) {
		Batch batch = new Batch(puts);
		Throwable failure;
		try {
			failure = begin(batch, messages);
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
		}
		if (failure != null) {
			batch.end(failure);
		}
	}

	/** Why no reply will come of it, or {@code null}. */
	private @Nullable Throwable begin(Batch batch, byte[][] messages) {
		SentCommand<Long> sent = this.store.beginPut(messages);
		Throwable failure = (sent != null) ? sent.failure()
				: new RedisConnectionFailureException("no connection is open");
		if (sent == null || failure != null) {
			return failure;
		}
		batch.puts.forEach((put) -> put.sent = sent);
		sent.reply().whenComplete((size, lost) -> {
			try {
				if (lost == null) {
					this.replyTime.replied(sent.age());
				}
			}
			finally {
				batch.end(lost);
				sendNext();
			}
		});
		return null;
	}

	/** Not interruptible, like all calls. */
	private @Nullable Throwable await(Put put) {
		long begin = System.nanoTime();
		boolean interrupted = false;
		put.asleep = true;
		while (!put.ended) {
			if (put.watches) {
				watch(put, begin);
			}
			else {
				LockSupport.park(this);
			}
			interrupted |= Thread.interrupted();
		}
		put.leave();
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return put.failure;
	}

	/** Sleeps until something is overdue, and ends what is. */
	private void watch(Put put, long begin) {
		SentCommand<?> sent = put.sent;
		long waited = System.nanoTime() - begin;
		long left = (sent != null) ? sent.deadline() - System.nanoTime() : LONGEST_GATHERING - waited;
		if (left > 0) {
			LockSupport.parkNanos(this, left);
		}
		else if (sent != null) {
			this.link.giveUp(sent);
		}
		else if (waited > 2 * LONGEST_GATHERING) {
			endUnsent(put, new TimeoutException("it was to be sent, but that did not come to an end"));
		}
		else {
			endUnsent(gathered(), NOT_SENT_IN_TIME);
			if (!put.ended) {
				// Somebody has claimed it, and is about to send it.
				LockSupport.parkNanos(this, BEING_SENT);
			}
		}
	}

	/** A put that waits for its reply. */
	private static final class Put {

		private final byte[] message;

		private final Thread thread = Thread.currentThread();

		/** The one before it while it is gathered; then the one after it. */
		private volatile @Nullable Put next;

		/**
		 * Whether it looks at the time for all that gathered after it. One of them does:
		 * to sleep for a limited time costs more than to sleep.
		 */
		private volatile boolean watches;

		private volatile @Nullable SentCommand<?> sent;

		private @Nullable Throwable failure;

		private volatile boolean ended;

		/**
		 * Whether it may be. Who is awake is not woken: that would only end some later
		 * sleep of the application's.
		 */
		private volatile boolean asleep;

		Put(byte[] message) {
			this.message = message;
		}

		void end(@Nullable Throwable failure) {
			this.failure = failure;
			this.ended = true;
		}

		void wake() {
			if (this.asleep) {
				LockSupport.unpark(this.thread);
			}
		}

		/** It has ended: whoever is left needs another watcher. */
		void leave() {
			this.asleep = false;
			Put left = this.watches ? this.next : null;
			while (left != null && left.ended) {
				left = left.next;
			}
			if (left != null) {
				left.watches = true;
				left.wake();
			}
		}

	}

	/** Puts that go in one command, which is under way until they end. */
	private final class Batch {

		private final List<Put> puts;

		private final AtomicBoolean ended = new AtomicBoolean();

		Batch(List<Put> puts) {
			this.puts = puts;
			CombinedPuts.this.underWay.incrementAndGet();
		}

		/** Ends them, once. */
		void end(@Nullable Throwable failure) {
			if (!this.ended.compareAndSet(false, true)) {
				return;
			}
			CombinedPuts.this.underWay.decrementAndGet();
			for (Put put : this.puts) {
				put.end(failure);
				put.wake();
			}
		}

	}

}
