package dev.redisqueue.redis.lease;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.Uninterruptible;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.LeaseStore;
import org.jspecify.annotations.Nullable;

/**
 * The lives of the one consumer that this process has of a queue: it registers at the
 * first take, and anew under another id when its lease was lost. <pre>
 * none ──first take──▶ live ──lease lost──▶ lost ──nothing left in Redis──▶ recovered
 *                       ▲                    │ next take
 *                       └──── a new id ──────┘        end(): nothing registers any more
 * </pre>
 */
public final class Registration {

	private static final int MOST_REGISTRATIONS = 3;

	private final String queue;

	private final LeaseStore store;

	private final MessageIds ids;

	private final Runnable onRegistered;

	private final ReentrantLock registering = new ReentrantLock();

	/** Incarnations of which Redis may still hold something. */
	private final Set<String> unrecovered = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Incarnation incarnation;

	private volatile boolean ended;

	/**
	 * Creates the registration of a process that has taken nothing yet.
	 * @param queue the name of the queue
	 * @param store the state changes
	 * @param ids gives each incarnation its id
	 * @param onRegistered runs when there is a new one; must not block
	 */
	public Registration(String queue, LeaseStore store, MessageIds ids, Runnable onRegistered) {
		this.queue = queue;
		this.store = store;
		this.ids = ids;
		this.onRegistered = onRegistered;
	}

	/** The incarnation that lives, or {@code null}. */
	@Nullable Incarnation live() {
		Incarnation current = this.incarnation;
		return (current != null && !current.isLost()) ? current : null;
	}

	/** The incarnation that lives, registered now where there is none. */
	Incarnation current() {
		Incarnation current = live();
		if (current != null) {
			return current;
		}
		if (!Uninterruptible.lock(this.registering, System.nanoTime() + RedisLink.DEADLINE.toNanos())) {
			throw new CallFailedException(Fate.NOT_SENT, new IllegalStateException("registering takes too long"));
		}
		try {
			current = live();
			for (int attempt = 1; current == null; attempt++) {
				if (this.ended) {
					throw new IllegalStateException("The queue " + this.queue + " is closed");
				}
				current = register(attempt);
				this.incarnation = current;
			}
			return current;
		}
		finally {
			this.registering.unlock();
		}
	}

	/**
	 * {@code null} where another id has to be tried: that of a lost reply stays unused.
	 */
	private @Nullable Incarnation register(int attempt) {
		String id = this.ids.next();
		long time = System.nanoTime();
		int answer;
		try {
			answer = this.store.register(id);
		}
		catch (CallFailedException ex) {
			if (ex.fate() == Fate.UNKNOWN && attempt < MOST_REGISTRATIONS) {
				return null;
			}
			throw ex;
		}
		if (answer < 0) {
			throw new CallFailedException(Fate.REFUSED,
					new IllegalStateException("its messages are stored in a newer layout than " + Keys.LAYOUT
							+ ", which this version of the library does not know; update the library"));
		}
		if (answer == 0) {
			return null;
		}
		this.unrecovered.add(id);
		this.onRegistered.run();
		return new Incarnation(id, time);
	}

	/** Whether it is ours, and not lost: a lost one is recovered like any other. */
	boolean isCurrent(String id) {
		Incarnation current = live();
		return current != null && current.id().equals(id);
	}

	/** Nothing is left of a consumer, which may be a lost incarnation of this one. */
	void recovered(String id) {
		this.unrecovered.remove(id);
	}

	/** Nothing registers any more. Returns the incarnation that lived, lost by now. */
	@Nullable Incarnation end() {
		this.ended = true;
		this.registering.lock();
		try {
			Incarnation current = this.incarnation;
			return (current != null && current.lose()) ? current : null;
		}
		finally {
			this.registering.unlock();
		}
	}

	/** The ids of incarnations that are still to be recovered. */
	Set<String> unrecovered() {
		return Set.copyOf(this.unrecovered);
	}

}
