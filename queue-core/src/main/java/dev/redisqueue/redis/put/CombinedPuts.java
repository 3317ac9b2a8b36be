package dev.redisqueue.redis.put;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

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
 * is sent by the thread that brings the next reply, so that nobody is woken to send.
 * <p>
 * All that is sent together is stored or refused together. Where it was not stored and
 * may be sent again, each put goes on by itself, as if it had been alone. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * gathered        whoever sends next: claimed;      it is in the stack, and nothing of it was sent
 *                 its own thread, after two
 *                 seconds: withdrawn
 * claimed         the thread that claimed it:       nobody else sends or ends it
 *                 sent, or ended where nothing
 *                 could be sent
 * sent            the thread that brings the        it is known over which connection, and until when
 *                 reply: ended; its own thread,     the reply may come
 *                 when that is overdue, gives the
 *                 command up, which ends it
 * ended           nobody                            stored if there is no failure, which is set before
 * withdrawn       nobody                            ended, and never sent
 * </pre>
 * <p>
 * So many turns are under way at most as {@link PutCrowd} says: one of each thread that
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

	private final RedisLink link;

	private final QueueStore store;

	private final PutCrowd crowd = new PutCrowd();

	private final AtomicReference<@Nullable Put> newest = new AtomicReference<>();

	private final AtomicInteger underWay = new AtomicInteger();

	public CombinedPuts(RedisLink link, QueueStore store) {
		this.link = link;
		this.store = store;
	}

	/** new → ready. */
	void put(byte[] message) {
		long start = System.nanoTime();
		Put put = new Put(message);
		gather(put);
		this.crowd.letOthersRun();
		if (this.newest.get() != null && mayBegin()) {
			sendGathered();
		}
		Throwable failure = await(put, start);
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
		do {
			put.next = this.newest.get();
		}
		while (!this.newest.compareAndSet(put.next, put));
	}

	private boolean mayBegin() {
		while (true) {
			int current = this.underWay.get();
			if (current >= this.crowd.commandsUnderWay()) {
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
				endUnsent(oldest);
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
			if (put.claimed.compareAndSet(false, true)) {
				puts.add(put);
			}
		}
		List<byte[]> messages = puts.stream().map((put) -> put.message).toList();
		for (int from = 0, to; from < puts.size(); from = to) {
			to = QueueStore.endOfPut(messages, from, MOST_BYTES);
			send(puts.subList(from, to), messages.subList(from, to).toArray(byte[][]::new));
		}
	}

	/** They are nobody else's any more. Each goes on by itself. */
	private static void endUnsent(@Nullable Put oldest) {
		for (Put put = oldest; put != null; put = put.next) {
			put.claimed.set(true);
			if (put.sent == null && !put.ended) {
				end(put, NOT_SENT);
			}
		}
	}

	private void send(List<Put> puts, byte[][] messages) {
		// Of its own: it ends with the reply, which sends what has gathered by then.
		this.underWay.incrementAndGet();
		Throwable failure;
		try {
			failure = begin(puts, messages);
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			failure = ex;
		}
		if (failure != null) {
			this.underWay.decrementAndGet();
			end(puts, failure);
		}
	}

	/** Why no reply will come of it, or {@code null}. */
	private @Nullable Throwable begin(List<Put> puts, byte[][] messages) {
		SentCommand<Long> sent = this.store.beginPut(messages);
		Throwable failure = (sent != null) ? sent.failure()
				: new RedisConnectionFailureException("no connection is open");
		if (sent == null || failure != null) {
			return failure;
		}
		puts.forEach((put) -> put.sent = sent);
		this.crowd.sentTogether(messages.length);
		sent.reply().whenComplete((size, lost) -> {
			try {
				end(puts, lost);
				this.crowd.replied(sent.age(), lost);
				this.crowd.letOthersRun();
			}
			finally {
				sendGathered();
			}
		});
		return null;
	}

	private static void end(List<Put> puts, @Nullable Throwable failure) {
		for (Put put : puts) {
			end(put, failure);
		}
	}

	private static void end(Put put, @Nullable Throwable failure) {
		put.failure = failure;
		put.ended = true;
		if (put.asleep) {
			LockSupport.unpark(put.thread);
		}
	}

	/** Not interruptible, like all calls. */
	private @Nullable Throwable await(Put put, long start) {
		long withdrawAt = System.nanoTime() + LONGEST_GATHERING;
		boolean interrupted = false;
		this.crowd.awaitAwake(put);
		this.link.shortWait().await(put, start);
		put.asleep = true;
		while (!put.ended) {
			SentCommand<?> sent = put.sent;
			long left = ((sent != null) ? sent.deadline() : withdrawAt) - System.nanoTime();
			if (left > 0) {
				LockSupport.parkNanos(this, left);
				interrupted |= Thread.interrupted();
			}
			else if (sent != null) {
				this.link.giveUp(sent);
			}
			else if (put.claimed.compareAndSet(false, true)) {
				end(put, new RedisConnectionFailureException("earlier puts wait for their reply"));
			}
			else if (System.nanoTime() - withdrawAt > LONGEST_GATHERING) {
				end(put, new TimeoutException("it was to be sent, but that did not come to an end"));
			}
			else {
				LockSupport.parkNanos(this, BEING_SENT);
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		this.link.shortWait().called(start, System.nanoTime());
		return put.failure;
	}

	/** A put that waits for its reply. */
	private static final class Put implements BooleanSupplier {

		private final byte[] message;

		private final Thread thread = Thread.currentThread();

		/** Whoever claims it decides: it is sent, or withdrawn. */
		private final AtomicBoolean claimed = new AtomicBoolean();

		private @Nullable Put next;

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

		/** Whether it has ended. */
		@Override
		public boolean getAsBoolean() {
			return this.ended;
		}

	}

}
