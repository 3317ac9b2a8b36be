package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.RedisValues;

import org.jspecify.annotations.Nullable;

/**
 * One life of a consumer: an id that is used once, the tags that it hands out, and what
 * it knows to have borrowed. It ends with its lease; a new one follows.
 */
public final class Incarnation {

	private final String id;

	private final AtomicLong nextTag = new AtomicLong(1);

	/** What takes brought, until all of it is settled. */
	private final Set<OpenLoans> lots = ConcurrentHashMap.newKeySet();

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
		OpenLoans lot = new OpenLoans(messages.size());
		long since = System.nanoTime();
		for (int i = 0; i < messages.size(); i++) {
			lot.set(i, loan(lot, i, tags.first() + i, messages.get(i), since));
		}
		List<Loan> lent = lot.loans();
		if (!lent.isEmpty()) {
			this.lots.add(lot);
		}
		release(tags);
		return lent;
	}

	private Loan loan(OpenLoans lot, int index, long tag, Object message, long since) {
		if (message instanceof byte[] bytes) {
			StoredMessage read = StoredMessage.read(bytes, () -> Loan.idOf(this.id, tag));
			return new Loan(this, lot, index, tag, read, bytes.length, since);
		}
		return new Loan(this, lot, index, tag, null, RedisValues.number(message), since);
	}

	/**
	 * It is settled. Once the lease is lost nothing is forgotten any more: whoever
	 * settles in that moment is still to be told.
	 */
	public void forget(Loan loan) {
		if (this.lost) {
			return;
		}
		if (loan.lot().remove(loan)) {
			this.lots.remove(loan.lot());
		}
		if (loan.message() != null && loan.message().isSuspect()) {
			this.endedSuspects.add(loan.tag());
		}
	}

	/** What is on loan at this moment. */
	List<Loan> loans() {
		List<Loan> loans = new ArrayList<>();
		this.lots.forEach((lot) -> loans.addAll(lot.loans()));
		return loans;
	}

	private long lent() {
		return this.lots.stream().mapToLong(OpenLoans::size).sum();
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

}
