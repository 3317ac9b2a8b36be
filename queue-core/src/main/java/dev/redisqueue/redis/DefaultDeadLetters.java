package dev.redisqueue.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.DeadLetters;
import dev.redisqueue.redis.frame.FrameHead;
import dev.redisqueue.redis.frame.LetterFrame;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.frame.StoredMessage;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.store.LetterStore;
import dev.redisqueue.redis.store.LetterStore.Redriven;
import dev.redisqueue.redis.store.LetterStore.Stored;
import dev.redisqueue.redis.upkeep.QueueLife;

/**
 * The dead letters of a queue.
 *
 * @param <T> the type of the payload
 */
final class DefaultDeadLetters<T> implements DeadLetters<T> {

	/** Heads of the letter and of the message in it. */
	private static final int HEADS = 2 * FrameHead.LIMIT;

	/** What a list of letters holds at most in bytes, unless the first one is larger. */
	private static final long LISTED_BYTES = 16 * 1024 * 1024;

	private static final int REDRIVEN_TOGETHER = 100;

	/** Others may bring back the same ones at the same time. */
	private static final int IN_VAIN_AT_MOST = 10;

	/** What a message that starts again does not keep. */
	private static final List<String> HISTORY = List.of(FrameHead.ATTEMPT, FrameHead.INTERRUPTED, FrameHead.RECOVERED,
			FrameHead.EXPIRES_AT, FrameHead.FIRST_FAILED_AT, FrameHead.CAUSE, FrameHead.CAUSE_MESSAGE);

	private static final byte[] NO_HEAD = new byte[0];

	private final QueueLife life;

	private final LetterStore letters;

	private final Payloads<T> payloads;

	private final Failures failures;

	DefaultDeadLetters(QueueLife life, LetterStore letters, Payloads<T> payloads, Failures failures) {
		this.life = life;
		this.letters = letters;
		this.payloads = payloads;
		this.failures = failures;
	}

	@Override
	public long size() {
		return call("count its dead letters", this.letters::size);
	}

	@Override
	public List<DeadLetter<T>> list(long offset, int limit) {
		if (offset < 0 || limit < 1 || limit > 1000) {
			throw new IllegalArgumentException(
					"The offset is " + offset + " and the limit " + limit + "; they must be 0 or more and 1 to 1000");
		}
		return call("list its dead letters", () -> read(this.letters.ids(offset, limit)));
	}

	@Override
	public Optional<DeadLetter<T>> find(String id) {
		return call("read dead letter " + id, () -> read(List.of(id)).stream().findFirst());
	}

	private List<DeadLetter<T>> read(List<String> ids) {
		List<DeadLetter<T>> letters = new ArrayList<>(ids.size());
		long bytes = (long) this.life.spec().options().maxReceivedBytes() + HEADS;
		long listed = 0;
		for (List<String> left = ids; !left.isEmpty() && listed < LISTED_BYTES;) {
			List<Stored> found = this.letters.read(left, bytes);
			listed += found.stream().mapToLong((stored) -> stored.content().length).sum();
			found.stream()
				.filter((stored) -> stored.diedAt() != null)
				.forEach((stored) -> letters
					.add(new DefaultDeadLetter<>(this.life.spec().name(), this.payloads, stored)));
			left = left.subList(found.size(), left.size());
		}
		return letters;
	}

	@Override
	public long redrive(long max) {
		requireMost(max);
		return call("redrive its dead letters", () -> {
			long redriven = 0;
			int inVain = 0;
			while (redriven < max && inVain < IN_VAIN_AT_MOST) {
				List<String> ids = this.letters.ids(0, Math.min(REDRIVEN_TOGETHER, max - redriven));
				if (ids.isEmpty()) {
					break;
				}
				long moved = redrive(ids);
				inVain = (moved == 0) ? inVain + 1 : 0;
				redriven += moved;
			}
			return redriven;
		});
	}

	@Override
	public long redrive(long max, int perSecond) throws InterruptedException {
		requireMost(max);
		if (perSecond < 1) {
			throw new IllegalArgumentException("The letters a second are " + perSecond + "; they must be 1 or more");
		}
		// Those that die again meanwhile are behind these, and would never end.
		long most = Math.min(max, size());
		RedriveRate pace = new RedriveRate(perSecond);
		long redriven = 0;
		for (int inVain = 0; redriven < most && inVain < IN_VAIN_AT_MOST;) {
			pace.await(redriven, this.life);
			long moved = redrive(Math.min(pace.step(), most - redriven));
			inVain = (moved == 0) ? inVain + 1 : 0;
			redriven += moved;
		}
		return redriven;
	}

	private static void requireMost(long max) {
		if (max < 0) {
			throw new IllegalArgumentException("The most to redrive is " + max + "; it must not be negative");
		}
	}

	@Override
	public boolean redrive(String id) {
		return call("redrive dead letter " + id, () -> redrive(List.of(id)) > 0);
	}

	private long redrive(List<String> ids) {
		long moved = 0;
		for (List<String> left = ids; !left.isEmpty();) {
			List<Stored> found = this.letters.read(left, HEADS);
			List<Redriven> letters = found.stream()
				.filter((stored) -> stored.diedAt() != null)
				.map(this::asNew)
				.toList();
			if (!letters.isEmpty()) {
				moved += this.letters.redrive(letters);
			}
			left = left.subList(found.size(), left.size());
		}
		return moved;
	}

	/** The message as its first attempt; where it had no head, or may have none: raw. */
	private Redriven asNew(Stored stored) {
		StoredMessage letter = LetterFrame.read(stored.id(), stored.content());
		StoredMessage message = StoredMessage.read(letter.payload(), letter::id);
		long diedAt = Objects.requireNonNullElse(stored.diedAt(), 0L);
		int payloadAt = letter.payloadAt() + message.payloadAt();
		if (!message.isFramed() || this.life.spec().isRaw()) {
			return new Redriven(stored.id(), diedAt, stored.length(), payloadAt, NO_HEAD);
		}
		FrameHead head = message.head();
		HISTORY.forEach(head::without);
		return new Redriven(stored.id(), diedAt, stored.length(), payloadAt, head.bytes());
	}

	@Override
	public boolean delete(String id) {
		return call("delete dead letter " + id, () -> this.letters.delete(id));
	}

	@Override
	public long purge() {
		return call("purge its dead letters", this.letters::purge);
	}

	private <R> R call(String doing, Supplier<R> call) {
		this.life.use();
		return this.failures.explaining(doing, null, call);
	}

	@Override
	public String toString() {
		return "DeadLetters[queue=" + this.life.spec().name() + "]";
	}

}
