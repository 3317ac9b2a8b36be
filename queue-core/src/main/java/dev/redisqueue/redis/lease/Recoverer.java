package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Refusal;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisValues;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LeaseStore.FenceStatus;
import dev.redisqueue.redis.store.LeaseStore.Returned;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns the messages of a dead consumer: fences it, then moves message by message to
 * where it belongs. Several may do it at once, and anyone may resume what another left
 * half-way: each message is moved once, since only whoever removes it from the dead
 * consumer's hash puts it anywhere.
 */
public final class Recoverer {

	private static final Logger logger = LoggerFactory.getLogger(Recoverer.class);

	/** How long the fence keeps other processes from doing the same work. */
	private static final Duration LONGEST_LOCK = Duration.ofSeconds(5);

	private static final int STEP = 200;

	private static final String TOTAL = "recovered";

	private final QueueSpec spec;

	private final String queue;

	private final LeaseStore store;

	private final HandOutRule rule;

	private final Duration lock;

	/**
	 * Creates the recoverer of a queue.
	 * @param spec the queue
	 * @param store the state changes
	 * @param rule says which messages nobody may have
	 */
	public Recoverer(QueueSpec spec, LeaseStore store, HandOutRule rule) {
		this.spec = spec;
		this.queue = spec.name();
		this.store = store;
		this.rule = rule;
		Duration lease = spec.options().lease();
		this.lock = (lease.compareTo(LONGEST_LOCK) < 0) ? lease : LONGEST_LOCK;
	}

	/**
	 * Begins to recover a consumer whose lease has run out.
	 * @return the recovery, or {@code null} where the lease has not run out, or another
	 * process is at it
	 */
	public @Nullable Recovery begin(String consumer) {
		return (this.store.fence(consumer, this.lock, false) == FenceStatus.OK) ? new Recovery(consumer, false, false)
				: null;
	}

	/**
	 * Begins to recover a consumer of this process that has ended, whatever its lease.
	 */
	Recovery beginOwn(String consumer) {
		FenceStatus status = this.store.fence(consumer, this.lock, true);
		if (status == FenceStatus.GONE) {
			// Where that comes to nothing, somebody else may just have done it.
			this.store.adopt(consumer);
			status = this.store.fence(consumer, this.lock, true);
		}
		return new Recovery(consumer, true, status == FenceStatus.GONE);
	}

	/**
	 * Recovers a consumer of this process that has ended, at once.
	 * @return whether nothing is left of it
	 */
	boolean recoverOwn(String consumer) {
		Recovery recovery = beginOwn(consumer);
		boolean more = true;
		while (more) {
			more = recovery.step();
		}
		return recovery.finish();
	}

	/**
	 * Gives a hash that has no consumer an expired one.
	 * @return whether there is a consumer to recover now
	 */
	public boolean adopt(String consumer) {
		return this.store.adopt(consumer);
	}

	/** What cannot be given back now stays unknown, and the heartbeat does it. */
	void giveBackOrLeave(String consumer, List<Long> tags) {
		try {
			giveBack(consumer, tags);
		}
		catch (CallFailedException ex) {
			logger.warn("Queue {}: {} messages could not be given back yet ({}); the next heartbeat does it",
					this.queue, tags.size(), ex.reason());
		}
	}

	/**
	 * Puts messages back as they are, the youngest first, as each goes to the head. A
	 * frame never goes into the list of a raw queue.
	 * @param tags their tags in ascending order
	 */
	public void giveBack(String consumer, List<Long> tags) {
		for (int end = tags.size(); end > 0;) {
			int from = Math.max(0, end - STEP);
			if (!this.spec.isRaw()) {
				this.store.release(consumer, LeaseStore.NO_TOTAL,
						tags.subList(from, end).stream().map((tag) -> new Returned(tag, null)).toList());
			}
			else {
				giveBackRaw(consumer, tags.subList(from, end));
			}
			end = from;
		}
	}

	private void giveBackRaw(String consumer, List<Long> tags) {
		List<Returned> toHead = new ArrayList<>();
		for (List<Long> left = tags; !left.isEmpty();) {
			List<Object> found = this.store.held(consumer, left);
			for (int i = 0; i < found.size(); i++) {
				if (found.get(i) instanceof byte[] bytes && !StoredMessage.read(bytes, () -> "").isFramed()) {
					toHead.add(new Returned(left.get(i), null));
				}
				else if (found.get(i) != null) {
					this.store.retry(consumer, left.get(i), 't', null, Duration.ZERO, LeaseStore.NO_TOTAL);
				}
			}
			left = left.subList(found.size(), left.size());
		}
		if (!toHead.isEmpty()) {
			this.store.release(consumer, LeaseStore.NO_TOTAL, toHead);
		}
	}

	private void move(String consumer, List<Long> tags, List<Object> found, Set<Long> begun) {
		List<Returned> toHead = new ArrayList<>();
		for (int i = 0; i < found.size(); i++) {
			long tag = tags.get(i);
			if (found.get(i) instanceof byte[] bytes) {
				StoredMessage message = StoredMessage.read(bytes, () -> Loan.idOf(consumer, tag));
				Returned returned = decide(consumer, tag, message, begun.contains(tag));
				if (returned != null) {
					toHead.add(0, returned);
				}
			}
			else if (found.get(i) != null) {
				bury(consumer, tag, Loan.idOf(consumer, tag),
						this.rule.tooLarge(RedisValues.number(found.get(i))).reason(), 1);
			}
		}
		if (!toHead.isEmpty()) {
			this.store.release(consumer, TOTAL, toHead);
		}
	}

	/** What goes to the head; {@code null} where it went elsewhere. */
	private @Nullable Returned decide(String consumer, long tag, StoredMessage message, boolean begun) {
		Refusal refusal = this.rule.timelessRefusal(message);
		if (refusal != null && refusal.kind() == Refusal.Kind.UNKNOWN_VERSION) {
			// Who takes it next may be newer than this, as it may receive more.
			return new Returned(tag, null);
		}
		boolean counts = !message.isSuspect() || begun;
		if (counts && message.isLastAttempt(this.spec.options().maxAttempts())) {
			bury(consumer, tag, message.id(),
					"attempts exhausted: its consumer died or was cut off during the last attempt", message.attempt());
			return null;
		}
		byte[] again = counts ? nextAttempt(message) : null;
		if (this.spec.isRaw()) {
			this.store.retry(consumer, tag, 't', again, Duration.ZERO, TOTAL);
			return null;
		}
		return new Returned(tag, again);
	}

	private static byte[] nextAttempt(StoredMessage message) {
		return message
			.reframed(message.head().with(FrameHead.ATTEMPT, message.attempt() + 1).with(FrameHead.RECOVERED, 1));
	}

	private void bury(String consumer, long tag, String id, String reason, int attempts) {
		this.store.bury(consumer, tag, LetterFrame.id(id), LetterFrame.head(id, reason, null, attempts));
		logger.warn("Queue {}: message {} became a dead letter: {}", this.queue, id, reason);
	}

	/**
	 * A recovery that has begun: step after step, and the end. Of one thread at a time.
	 */
	public final class Recovery {

		private final String consumer;

		private final boolean own;

		private final boolean gone;

		private @Nullable List<Long> order;

		private Set<Long> begun = Set.of();

		private int count;

		private Recovery(String consumer, boolean own, boolean gone) {
			this.consumer = consumer;
			this.own = own;
			this.gone = gone;
		}

		/** Who is recovered. */
		public String consumer() {
			return this.consumer;
		}

		/**
		 * Moves some messages.
		 * @return whether there may be more
		 */
		public boolean step() {
			List<Long> left = this.order;
			if (left == null) {
				left = this.gone ? List.of() : order();
			}
			if (!left.isEmpty()) {
				List<Long> step = left.subList(0, Math.min(STEP, left.size()));
				List<Object> found = Recoverer.this.store.held(this.consumer, step);
				move(this.consumer, step, found, this.begun);
				left = left.subList(found.size(), left.size());
			}
			this.order = left;
			return !left.isEmpty();
		}

		/**
		 * The youngest go first, as each step goes to the head. Of a raw queue they join
		 * the delayed ones, in the order in which they come.
		 */
		private List<Long> order() {
			TreeSet<Long> tags = Recoverer.this.store.tags(this.consumer);
			this.count = tags.size();
			if (!tags.isEmpty()) {
				this.begun = Recoverer.this.store.begun(this.consumer);
			}
			return new ArrayList<>(Recoverer.this.spec.isRaw() ? tags : tags.descendingSet());
		}

		/**
		 * Removes the consumer, of which nothing is left.
		 * @return whether nothing is left of it
		 */
		public boolean finish() {
			if (this.gone) {
				return true;
			}
			if (this.count > 0 && this.own) {
				logger.info("Queue {}: {} messages that were not settled by consumer {} go back to the queue",
						Recoverer.this.queue, this.count, this.consumer);
			}
			else if (this.count > 0) {
				logger.warn("Queue {}: recovered {} messages of consumer {}, which is dead or was cut off; "
						+ "they will be delivered again", Recoverer.this.queue, this.count, this.consumer);
			}
			return Recoverer.this.store.finish(this.consumer);
		}

	}

}
