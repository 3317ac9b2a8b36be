package dev.redisqueue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What a queue holds, and what has become of its messages since its first use: the totals
 * ({@code acked} and those after it) count what all processes did, and only grow.
 * Immutable: every {@code with} method returns a new instance, for tests say.
 */
public final class QueueStats {

	private final Values values;

	private QueueStats(Values values) {
		this.values = values;
	}

	/**
	 * The figures of a queue that was never used.
	 * @return figures that are all zero, {@code null} or {@code false}
	 */
	public static QueueStats empty() {
		return new QueueStats(new Values());
	}

	/**
	 * Messages that can be taken now.
	 * @return how many
	 */
	public long ready() {
		return this.values.ready;
	}

	/**
	 * Messages that wait for their time, retries included.
	 * @return how many
	 */
	public long delayed() {
		return this.values.delayed;
	}

	/**
	 * Messages on loan to consumers.
	 * @return how many
	 */
	public long taken() {
		return this.values.taken;
	}

	/**
	 * Dead letters.
	 * @return how many
	 */
	public long dead() {
		return this.values.dead;
	}

	/**
	 * Consumers whose lease runs.
	 * @return how many
	 */
	public int consumers() {
		return this.values.consumers;
	}

	/**
	 * How long ago the message at the head was put.
	 * @return the age, or {@code null} if there is none or another client pushed it
	 */
	public @Nullable Duration oldestAge() {
		return this.values.oldestAge;
	}

	/**
	 * How long ago this process last asked for a message to take and Redis answered, be
	 * it with a message, with none, or that the queue is paused.
	 * @return the time since, or {@code null} before the first time
	 */
	public @Nullable Duration lastPoll() {
		return this.values.lastPoll;
	}

	/**
	 * How long ago this process last did what it does for the queue every third of the
	 * lease, and Redis answered: it renewed the lease of what is taken here, and looked
	 * what is due and who is dead. Where it is longer than half of the lease, that part
	 * is stuck or has no connection; beyond the lease, others have what was taken here.
	 * @return the time since, of whichever is longer ago, or {@code null} where this
	 * process has no lease: it has taken nothing yet, or lost it and not taken since
	 */
	public @Nullable Duration lastBeat() {
		return this.values.lastBeat;
	}

	/**
	 * Whether the queue is paused.
	 * @return {@code true} if it is
	 */
	public boolean paused() {
		return this.values.paused;
	}

	/**
	 * Messages acknowledged so far.
	 * @return the total
	 */
	public long acked() {
		return this.values.acked;
	}

	/**
	 * Retries so far.
	 * @return the total
	 */
	public long retried() {
		return this.values.retried;
	}

	/**
	 * Attempts so far that {@link Delivery#releaseInterrupted()} ended.
	 * @return the total
	 */
	public long interrupted() {
		return this.values.interrupted;
	}

	/**
	 * Messages buried so far.
	 * @return the total
	 */
	public long buried() {
		return this.values.buried;
	}

	/**
	 * Messages so far whose time passed before they were handed out; those that were
	 * buried count as buried too.
	 * @return the total
	 */
	public long expired() {
		return this.values.expired;
	}

	/**
	 * Messages returned from dead consumers so far.
	 * @return the total
	 */
	public long recovered() {
		return this.values.recovered;
	}

	/**
	 * Dead letters removed so far because there were too many, or they were too old.
	 * @return the total
	 */
	public long lettersExpired() {
		return this.values.lettersExpired;
	}

	/** Sets {@link #ready()}. */
	public QueueStats withReady(long ready) {
		return with((values) -> values.ready = ready);
	}

	/** Sets {@link #delayed()}. */
	public QueueStats withDelayed(long delayed) {
		return with((values) -> values.delayed = delayed);
	}

	/** Sets {@link #taken()}. */
	public QueueStats withTaken(long taken) {
		return with((values) -> values.taken = taken);
	}

	/** Sets {@link #dead()}. */
	public QueueStats withDead(long dead) {
		return with((values) -> values.dead = dead);
	}

	/** Sets {@link #consumers()}. */
	public QueueStats withConsumers(int consumers) {
		return with((values) -> values.consumers = consumers);
	}

	/** Sets {@link #oldestAge()}. */
	public QueueStats withOldestAge(@Nullable Duration oldestAge) {
		return with((values) -> values.oldestAge = oldestAge);
	}

	/** Sets {@link #lastPoll()}. */
	public QueueStats withLastPoll(@Nullable Duration lastPoll) {
		return with((values) -> values.lastPoll = lastPoll);
	}

	/** Sets {@link #lastBeat()}. */
	public QueueStats withLastBeat(@Nullable Duration lastBeat) {
		return with((values) -> values.lastBeat = lastBeat);
	}

	/** Sets {@link #paused()}. */
	public QueueStats withPaused(boolean paused) {
		return with((values) -> values.paused = paused);
	}

	/** Sets {@link #acked()}. */
	public QueueStats withAcked(long acked) {
		return with((values) -> values.acked = acked);
	}

	/** Sets {@link #retried()}. */
	public QueueStats withRetried(long retried) {
		return with((values) -> values.retried = retried);
	}

	/** Sets {@link #interrupted()}. */
	public QueueStats withInterrupted(long interrupted) {
		return with((values) -> values.interrupted = interrupted);
	}

	/** Sets {@link #buried()}. */
	public QueueStats withBuried(long buried) {
		return with((values) -> values.buried = buried);
	}

	/** Sets {@link #expired()}. */
	public QueueStats withExpired(long expired) {
		return with((values) -> values.expired = expired);
	}

	/** Sets {@link #recovered()}. */
	public QueueStats withRecovered(long recovered) {
		return with((values) -> values.recovered = recovered);
	}

	/** Sets {@link #lettersExpired()}. */
	public QueueStats withLettersExpired(long lettersExpired) {
		return with((values) -> values.lettersExpired = lettersExpired);
	}

	private QueueStats with(Consumer<Values> change) {
		Values values = this.values.copy();
		change.accept(values);
		return new QueueStats(values);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof QueueStats stats && this.values.named().equals(stats.values.named());
	}

	@Override
	public int hashCode() {
		return this.values.named().hashCode();
	}

	@Override
	public String toString() {
		return "QueueStats" + this.values.named().entrySet();
	}

	/** The figures; nobody changes them once they are in use. */
	private static final class Values implements Cloneable {

		private long ready;

		private long delayed;

		private long taken;

		private long dead;

		private int consumers;

		private @Nullable Duration oldestAge;

		private @Nullable Duration lastPoll;

		private @Nullable Duration lastBeat;

		private boolean paused;

		private long acked;

		private long retried;

		private long interrupted;

		private long buried;

		private long expired;

		private long recovered;

		private long lettersExpired;

		Values copy() {
			try {
				return (Values) clone();
			}
			catch (CloneNotSupportedException ex) {
				throw new AssertionError(ex);
			}
		}

		/** Each by its name, for comparing and showing. */
		Map<String, @Nullable Object> named() {
			Map<String, @Nullable Object> named = new LinkedHashMap<>();
			named.put("ready", this.ready);
			named.put("delayed", this.delayed);
			named.put("taken", this.taken);
			named.put("dead", this.dead);
			named.put("consumers", this.consumers);
			named.put("oldestAge", this.oldestAge);
			named.put("lastPoll", this.lastPoll);
			named.put("lastBeat", this.lastBeat);
			named.put("paused", this.paused);
			named.put("acked", this.acked);
			named.put("retried", this.retried);
			named.put("interrupted", this.interrupted);
			named.put("buried", this.buried);
			named.put("expired", this.expired);
			named.put("recovered", this.recovered);
			named.put("lettersExpired", this.lettersExpired);
			return named;
		}

	}

}
