package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.RedisValues;
import org.jspecify.annotations.Nullable;

/**
 * One life of a consumer: an id that is used once, the tags that it hands out, and what
 * it knows to have borrowed. It ends with its lease; a new one follows.
 * <p>
 * A tag is reserved while its take is under way or its reply was not seen, and on loan
 * before it is no longer reserved: never neither while anybody has the message in hand.
 * The heartbeat compares that with what Redis holds. A loan and its incarnation know each
 * other: the loan asks whether the lease is lost, the incarnation forgets the loan that
 * is settled.
 */
public final class Incarnation {

	private final String id;

	private final AtomicLong nextTag = new AtomicLong(1);

	/** What takes brought, until all of it is settled. */
	private final Set<OpenLoans> open = ConcurrentHashMap.newKeySet();

	/** Tags of takes under way, and of those whose reply was not seen. */
	private final Set<Tags> reserved = ConcurrentHashMap.newKeySet();

	private final ConcurrentLinkedDeque<Tags> unseen = new ConcurrentLinkedDeque<>();

	private final ConcurrentLinkedQueue<Long> endedSuspects = new ConcurrentLinkedQueue<>();

	/** Tags that Redis held and we did not know at the last heartbeat. */
	private Set<Long> unknown = Set.of();

	private volatile long renewed;

	private volatile boolean lost;

	Incarnation(String id, long registered) {
		this.id = id;
		this.renewed = registered;
	}

	public String id() {
		return this.id;
	}

	boolean isLost() {
		return this.lost;
	}

	/** {@code false} if it was lost before. */
	synchronized boolean lose() {
		boolean first = !this.lost;
		this.lost = true;
		return first;
	}

	void renewed(long time) {
		this.renewed = time;
	}

	/** Whether the lease may have run out, by the local monotonic clock. */
	boolean isOverdue(Duration lease) {
		return System.nanoTime() - this.renewed > lease.toNanos();
	}

	/** The tags of a new take. */
	Tags reserve(int count) {
		Tags tags = new Tags(this.nextTag.getAndAdd(count), count);
		this.reserved.add(tags);
		return tags;
	}

	/** The tags of a take that has to be repeated first, or {@code null}. */
	@Nullable Tags pollUnseen() {
		return this.unseen.poll();
	}

	/** Whether a take has to be repeated first. */
	boolean hasUnseen() {
		return !this.unseen.isEmpty();
	}

	/** The take has to be repeated with these tags before anything else is taken. */
	void repeatLater(Tags tags) {
		this.unseen.add(tags);
	}

	void release(Tags tags) {
		this.reserved.remove(tags);
	}

	List<Loan> lend(Tags tags, List<Object> messages) {
		OpenLoans brought = new OpenLoans(tags.first(), messages.size(), this.open);
		for (int i = 0; i < messages.size(); i++) {
			brought.set(i, loan(brought, tags.first() + i, messages.get(i)));
		}
		List<Loan> lent = brought.loans();
		if (!lent.isEmpty()) {
			this.open.add(brought);
		}
		release(tags);
		return lent;
	}

	private Loan loan(OpenLoans brought, long tag, Object message) {
		if (message instanceof byte[] bytes) {
			StoredMessage read = StoredMessage.read(bytes, () -> Loan.idOf(this.id, tag));
			return new Loan(this, brought, tag, read, bytes.length);
		}
		return new Loan(this, brought, tag, null, RedisValues.number(message));
	}

	/**
	 * It is settled. Once the lease is lost nothing is forgotten any more: whoever
	 * settles in that moment is still to be told.
	 */
	public void forget(Loan loan) {
		if (this.lost) {
			return;
		}
		loan.companions().leave(loan);
		if (loan.message() != null && loan.message().isSuspect()) {
			this.endedSuspects.add(loan.tag());
		}
	}

	/** What is on loan at this moment. */
	List<Loan> loans() {
		List<Loan> loans = new ArrayList<>();
		this.open.forEach((brought) -> loans.addAll(brought.loans()));
		return loans;
	}

	private long lent() {
		return this.open.stream().mapToLong(OpenLoans::size).sum();
	}

	/** Suspects that were settled, until they are forgotten. */
	List<Long> endedSuspects() {
		return List.copyOf(this.endedSuspects);
	}

	void forgetSuspects(List<Long> tags) {
		this.endedSuspects.removeAll(tags);
	}

	/**
	 * Takes whose reply was not seen and that nobody repeated since the last heartbeat:
	 * what they borrowed, if anything, is unknown from now on.
	 */
	void dropUnseen() {
		for (Tags tags = this.unseen.poll(); tags != null; tags = this.unseen.poll()) {
			release(tags);
		}
	}

	/** Whether Redis holds just what we know; nothing can be said while calls run. */
	boolean agrees(long held) {
		return this.reserved.isEmpty() && this.unknown.isEmpty() && held == lent();
	}

	/**
	 * Which tags were unknown at two heartbeats in a row: neither lent, nor of a take
	 * under way. Tags are never used again, so that these are nobody's.
	 * @param held what Redis holds
	 */
	synchronized List<Long> reconcile(@Nullable TreeSet<Long> held) {
		if (held == null) {
			this.unknown = Set.of();
			return List.of();
		}
		Set<Long> now = new TreeSet<>(held);
		loans().forEach((loan) -> now.remove(loan.tag()));
		now.removeIf((tag) -> this.reserved.stream().anyMatch((tags) -> tags.contains(tag)));
		List<Long> abandoned = now.stream().filter(this.unknown::contains).toList();
		this.unknown = now;
		return abandoned;
	}

	/**
	 * The tags of one take.
	 *
	 * @param first the first
	 * @param count how many
	 */
	record Tags(long first, int count) {

		boolean contains(long tag) {
			return tag >= this.first && tag < this.first + this.count;
		}

	}

	/**
	 * What one take brought and is still on loan. It is found by take instead of by
	 * message, so that a message costs no entry in a map.
	 */
	static final class OpenLoans {

		private final long firstTag;

		private final Set<OpenLoans> home;

		private final long since = System.nanoTime();

		private final AtomicReferenceArray<@Nullable Loan> loans;

		private final AtomicInteger size;

		/**
		 * Creates it for a take.
		 * @param firstTag the tag of the first message
		 * @param size how many came
		 * @param home where it is until the last one leaves
		 */
		OpenLoans(long firstTag, int size, Set<OpenLoans> home) {
			this.firstTag = firstTag;
			this.home = home;
			this.loans = new AtomicReferenceArray<>(size);
			this.size = new AtomicInteger(size);
		}

		/** Before it is shared. */
		void set(int index, Loan loan) {
			this.loans.setPlain(index, loan);
		}

		/** Those still on loan, in order. */
		List<Loan> loans() {
			List<Loan> left = new ArrayList<>(this.size.get());
			for (int i = 0; i < this.loans.length(); i++) {
				Loan loan = this.loans.get(i);
				if (loan != null) {
					left.add(loan);
				}
			}
			return left;
		}

		/** How many are still on loan. */
		int size() {
			return this.size.get();
		}

		/** When they were lent, by the local monotonic clock. */
		long since() {
			return this.since;
		}

		/** It is not on loan any more; of two calls one counts. */
		void leave(Loan loan) {
			int index = (int) (loan.tag() - this.firstTag);
			if (this.loans.compareAndSet(index, loan, null) && this.size.decrementAndGet() == 0) {
				this.home.remove(this);
			}
		}

	}

}
