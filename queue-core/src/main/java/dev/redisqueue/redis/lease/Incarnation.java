package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
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

	/** Whether some of them may be of a take whose reply was not seen. */
	private volatile boolean anyUnseen;

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

	/** How long ago the lease was renewed, by the local monotonic clock (ns). */
	long renewedAgo() {
		return System.nanoTime() - this.renewed;
	}

	/**
	 * The tags of a new take. They are the taker's until he gives them back, by
	 * {@link #release}, {@link #lend} or {@link #repeatLater}, whatever happens to him.
	 */
	Tags reserve(int count) {
		Tags tags = new Tags(this.nextTag.getAndAdd(count), count);
		add(tags, this.reserved);
		return tags;
	}

	/**
	 * The tags of a take that has to be repeated first, or {@code null}. They are the
	 * caller's from here on.
	 */
	@Nullable Tags pollUnseen() {
		if (!this.anyUnseen) {
			return null;
		}
		this.anyUnseen = false;
		Tags first = null;
		for (Tags tags : this.reserved) {
			if (!tags.isUnseen()) {
				continue;
			}
			if (first != null) {
				this.anyUnseen = true;
			}
			if (first == null || tags.first() < first.first()) {
				first = tags;
			}
		}
		// Whoever was faster looks for the others too.
		return (first != null && first.repeat()) ? first : null;
	}

	/** Whether a take has to be repeated first. */
	boolean hasUnseen() {
		return this.anyUnseen;
	}

	/**
	 * The take has to be repeated with these tags before anything else is taken. Needs no
	 * memory: that there is none may be the reason.
	 */
	void repeatLater(Tags tags) {
		tags.unseen();
		this.anyUnseen = true;
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
			add(brought, this.open);
		}
		release(tags);
		return lent;
	}

	/** All or nothing: a set may run out of memory when it has added something. */
	private static <E> void add(E element, Set<E> set) {
		try {
			set.add(element);
		}
		catch (Throwable ex) {
			set.remove(element);
			throw ex;
		}
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
	void settled(Loan loan) {
		if (this.lost) {
			return;
		}
		loan.companions().leave(loan);
		if (loan.message() != null && loan.message().isSuspect()) {
			this.endedSuspects.add(loan.tag());
		}
	}

	/**
	 * Nobody has it in hand any more, and it is not settled: the heartbeat gives back
	 * what Redis still holds. Needs no memory.
	 */
	void abandon(Loan loan) {
		if (!this.lost) {
			loan.companions().leave(loan);
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

	/** What is on loan for longer than that, take by take. */
	List<Loan> loansOlderThan(Duration age) {
		long before = System.nanoTime() - age.toNanos();
		List<Loan> loans = List.of();
		for (OpenLoans brought : this.open) {
			if (brought.since() - before < 0) {
				loans = loans.isEmpty() ? new ArrayList<>() : loans;
				loans.addAll(brought.loans());
			}
		}
		return loans;
	}

	/** Whether suspects were settled that are not forgotten yet. */
	boolean hasEndedSuspects() {
		return !this.endedSuspects.isEmpty();
	}

	/** Some of the suspects that were settled; the caller has them forgotten. */
	List<Long> pollEndedSuspects(int most) {
		List<Long> ended = new ArrayList<>(most);
		for (Long tag = null; ended.size() < most && (tag = this.endedSuspects.poll()) != null;) {
			ended.add(tag);
		}
		return ended;
	}

	/** They could not be forgotten yet. */
	void suspectsEnded(List<Long> tags) {
		this.endedSuspects.addAll(tags);
	}

	/**
	 * Takes whose reply was not seen and that nobody repeated since the last heartbeat:
	 * what they borrowed, if anything, is unknown from now on.
	 */
	void dropUnseen() {
		for (Tags tags = pollUnseen(); tags != null; tags = pollUnseen()) {
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
	 * The tags of one take. <pre>
	 * under way ──reply not seen──▶ unseen
	 *     ▲                            │ a taker
	 *     └──────the same take again───┘
	 * </pre> Whoever has it under way owns it; an unseen one is the next taker's.
	 */
	static final class Tags {

		private static final AtomicIntegerFieldUpdater<Tags> UNSEEN = AtomicIntegerFieldUpdater.newUpdater(Tags.class,
				"unseen");

		private final long first;

		private final int count;

		private volatile int unseen;

		/**
		 * Creates them, under way.
		 * @param first the first
		 * @param count how many
		 */
		Tags(long first, int count) {
			this.first = first;
			this.count = count;
		}

		long first() {
			return this.first;
		}

		int count() {
			return this.count;
		}

		boolean contains(long tag) {
			return tag >= this.first && tag < this.first + this.count;
		}

		private boolean isUnseen() {
			return this.unseen == 1;
		}

		private void unseen() {
			this.unseen = 1;
		}

		/** Whether it is the caller's now. */
		private boolean repeat() {
			return UNSEEN.compareAndSet(this, 1, 0);
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

		private @Nullable Object watch;

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

		/** Keeps that for as long as it lives itself. */
		void watchedBy(Object watch) {
			this.watch = watch;
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
