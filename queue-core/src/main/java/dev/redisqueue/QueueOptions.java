package dev.redisqueue;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What can be set for one queue. Immutable: every {@code with} method returns a new
 * instance.
 *
 * @param namespace what stands before the name in Redis: the list is
 * {@code namespace:name}. Letters, digits, {@code . _ - :}, at most 128. Default
 * {@value #DEFAULT_NAMESPACE}
 * @param format how messages are written. Default {@link MessageFormat#FRAMED}
 * @param lease how long a consumer that died keeps its messages, from 1 s to 1 h; it is
 * renewed every third of it. Default 30 s
 * @param maxAttempts how often a message is handed out before it becomes a dead letter, 1
 * or more. Default {@value #DEFAULT_MAX_ATTEMPTS}
 * @param backoff the delay of {@link Delivery#retry()}. Default exponential with full
 * jitter from 1 s to 10 min
 * @param maxPutBytes how large a payload may be put, in bytes. Default 1 MiB
 * @param maxReceivedBytes how large a message of any client is received, in bytes; a
 * larger one becomes a dead letter without being loaded. Default 8 MiB
 * @param database the number of the Redis database, or {@code null} for that of the
 * connection. Not in Cluster
 * @param holdWarning a delivery that is not settled for so long is reported once, with
 * its id, since it may never be; 1 s or more. Default 10 min
 * @param expiredMessages what becomes of a message whose time has passed. Default
 * {@link ExpiryPolicy#BURY}
 * @param maxSize how many ready messages the queue takes from puts, or 0 for any number.
 * Only puts of this library that make a message ready at once are checked: other clients
 * push past it, and so do delayed puts that become due, retries, released and recovered
 * messages, and redriven dead letters. Default 0
 * @param whenFull what a put does where there is no room for it. Default
 * {@link OverflowPolicy#REJECT}
 * @param putTimeout how long a put waits for room with {@link OverflowPolicy#BLOCK}.
 * Default 10 s
 * @param deadLetterLimit how many dead letters are kept, or 0 for all. The oldest go
 * first, within a third of the lease; of processes that differ the strictest wins.
 * Default 0
 * @param deadLetterAge how long dead letters are kept, 1 s or more, or {@code null} for
 * ever; else like the limit. Default {@code null}
 * @param transactions what a put does that is called within a Spring transaction. Default
 * {@link TransactionMode#AFTER_COMMIT}
 */
public record QueueOptions(String namespace, MessageFormat format, Duration lease, int maxAttempts, Backoff backoff,
		int maxPutBytes, int maxReceivedBytes, @Nullable Integer database, Duration holdWarning,
		ExpiryPolicy expiredMessages, long maxSize, OverflowPolicy whenFull, Duration putTimeout, long deadLetterLimit,
		@Nullable Duration deadLetterAge, TransactionMode transactions) {

	/** The namespace where none is set. */
	public static final String DEFAULT_NAMESPACE = "queue";

	/** The lease where none is set. */
	public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

	/** The attempts where none are set. */
	public static final int DEFAULT_MAX_ATTEMPTS = 10;

	/** The largest payload that may be put where none is set. */
	public static final int DEFAULT_MAX_PUT_BYTES = 1024 * 1024;

	/** The largest message that is received where none is set. */
	public static final int DEFAULT_MAX_RECEIVED_BYTES = 8 * 1024 * 1024;

	/** How long a delivery is held without a warning where nothing is set. */
	public static final Duration DEFAULT_HOLD_WARNING = Duration.ofMinutes(10);

	/** How long a put waits for room where nothing is set. */
	public static final Duration DEFAULT_PUT_TIMEOUT = Duration.ofSeconds(10);

	/** The shortest lease that can be set. */
	public static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

	/** The longest lease that can be set. */
	public static final Duration LONGEST_LEASE = Duration.ofHours(1);

	static final Duration LONGEST_DURATION = Duration.ofDays(3660);

	private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

	private static final QueueOptions DEFAULTS = new QueueOptions(DEFAULT_NAMESPACE, MessageFormat.FRAMED,
			DEFAULT_LEASE, DEFAULT_MAX_ATTEMPTS, Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10)),
			DEFAULT_MAX_PUT_BYTES, DEFAULT_MAX_RECEIVED_BYTES, null, DEFAULT_HOLD_WARNING, ExpiryPolicy.BURY, 0,
			OverflowPolicy.REJECT, DEFAULT_PUT_TIMEOUT, 0, null, TransactionMode.AFTER_COMMIT);

	/**
	 * Checks the options.
	 * @throws IllegalArgumentException if a value is out of its range
	 */
	public QueueOptions {
		Objects.requireNonNull(format, "format");
		Objects.requireNonNull(backoff, "backoff");
		Objects.requireNonNull(expiredMessages, "expiredMessages");
		Objects.requireNonNull(whenFull, "whenFull");
		Objects.requireNonNull(transactions, "transactions");
		require(NAMESPACE.matcher(namespace).matches(), "namespace", namespace,
				"have 1 to 128 letters, digits, '.', '_', '-' or ':'");
		require(lease.compareTo(SHORTEST_LEASE) >= 0 && lease.compareTo(LONGEST_LEASE) <= 0, "lease", lease,
				"be from 1 s to 1 h");
		require(maxAttempts >= 1, "maxAttempts", maxAttempts, "be 1 or more");
		require(maxPutBytes >= 1, "maxPutBytes", maxPutBytes, "be 1 or more");
		require(maxReceivedBytes >= 1, "maxReceivedBytes", maxReceivedBytes, "be 1 or more");
		require(database == null || database >= 0, "database", database, "be 0 or more");
		require(isWithin(holdWarning, Duration.ofSeconds(1)), "holdWarning", holdWarning, "be 1 s to ten years");
		require(maxSize >= 0, "maxSize", maxSize, "be 0 (any number) or more");
		require(isWithin(putTimeout, Duration.ZERO), "putTimeout", putTimeout, "be zero to ten years");
		require(deadLetterLimit >= 0, "deadLetterLimit", deadLetterLimit, "be 0 (all) or more");
		require(deadLetterAge == null || isWithin(deadLetterAge, Duration.ofSeconds(1)), "deadLetterAge", deadLetterAge,
				"be 1 s to ten years");
	}

	/**
	 * The options of a queue for which nothing is set.
	 * @return the defaults
	 */
	public static QueueOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Sets the namespace.
	 * @param namespace what stands before the name in Redis
	 * @return new options
	 */
	public QueueOptions withNamespace(String namespace) {
		return with((draft) -> draft.namespace = namespace);
	}

	/**
	 * Sets the format.
	 * @param format how messages are written
	 * @return new options
	 */
	public QueueOptions withFormat(MessageFormat format) {
		return with((draft) -> draft.format = format);
	}

	/**
	 * Sets the lease.
	 * @param lease how long a consumer that died keeps its messages
	 * @return new options
	 */
	public QueueOptions withLease(Duration lease) {
		return with((draft) -> draft.lease = lease);
	}

	/**
	 * Sets the attempts.
	 * @param maxAttempts how often a message is handed out before it becomes a dead
	 * letter
	 * @return new options
	 */
	public QueueOptions withMaxAttempts(int maxAttempts) {
		return with((draft) -> draft.maxAttempts = maxAttempts);
	}

	/**
	 * Sets the backoff.
	 * @param backoff the delay of {@link Delivery#retry()}
	 * @return new options
	 */
	public QueueOptions withBackoff(Backoff backoff) {
		return with((draft) -> draft.backoff = backoff);
	}

	/**
	 * Sets the limit of a put.
	 * @param maxPutBytes how large a payload may be put, in bytes
	 * @return new options
	 */
	public QueueOptions withMaxPutBytes(int maxPutBytes) {
		return with((draft) -> draft.maxPutBytes = maxPutBytes);
	}

	/**
	 * Sets the limit of what is received.
	 * @param maxReceivedBytes how large a message is received, in bytes
	 * @return new options
	 */
	public QueueOptions withMaxReceivedBytes(int maxReceivedBytes) {
		return with((draft) -> draft.maxReceivedBytes = maxReceivedBytes);
	}

	/**
	 * Sets the database.
	 * @param database the number of the Redis database, or {@code null} for that of the
	 * connection
	 * @return new options
	 */
	public QueueOptions withDatabase(@Nullable Integer database) {
		return with((draft) -> draft.database = database);
	}

	/**
	 * Sets the warning of deliveries that are not settled.
	 * @param holdWarning how long a delivery may be held without one
	 * @return new options
	 */
	public QueueOptions withHoldWarning(Duration holdWarning) {
		return with((draft) -> draft.holdWarning = holdWarning);
	}

	/**
	 * Sets what becomes of expired messages.
	 * @param expiredMessages what becomes of a message whose time has passed
	 * @return new options
	 */
	public QueueOptions withExpiredMessages(ExpiryPolicy expiredMessages) {
		return with((draft) -> draft.expiredMessages = expiredMessages);
	}

	/**
	 * Sets the limit of ready messages.
	 * @param maxSize how many ready messages the queue takes from puts, or 0 for any
	 * number
	 * @return new options
	 */
	public QueueOptions withMaxSize(long maxSize) {
		return with((draft) -> draft.maxSize = maxSize);
	}

	/**
	 * Sets what a put does where the queue is full.
	 * @param whenFull what it does
	 * @return new options
	 */
	public QueueOptions withWhenFull(OverflowPolicy whenFull) {
		return with((draft) -> draft.whenFull = whenFull);
	}

	/**
	 * Sets the wait for room.
	 * @param putTimeout how long a put waits at most
	 * @return new options
	 */
	public QueueOptions withPutTimeout(Duration putTimeout) {
		return with((draft) -> draft.putTimeout = putTimeout);
	}

	/**
	 * Sets the limit of dead letters.
	 * @param deadLetterLimit how many dead letters are kept, or 0 for all
	 * @return new options
	 */
	public QueueOptions withDeadLetterLimit(long deadLetterLimit) {
		return with((draft) -> draft.deadLetterLimit = deadLetterLimit);
	}

	/**
	 * Sets the age of dead letters.
	 * @param deadLetterAge how long dead letters are kept, or {@code null} for ever
	 * @return new options
	 */
	public QueueOptions withDeadLetterAge(@Nullable Duration deadLetterAge) {
		return with((draft) -> draft.deadLetterAge = deadLetterAge);
	}

	/**
	 * Sets what puts do within transactions.
	 * @param transactions what a put does that is called within a Spring transaction
	 * @return new options
	 */
	public QueueOptions withTransactions(TransactionMode transactions) {
		return with((draft) -> draft.transactions = transactions);
	}

	private QueueOptions with(Consumer<Draft> change) {
		Draft draft = new Draft(this);
		change.accept(draft);
		return draft.options();
	}

	private static boolean isWithin(Duration value, Duration least) {
		return value.compareTo(least) >= 0 && value.compareTo(LONGEST_DURATION) <= 0;
	}

	private static void require(boolean holds, String what, @Nullable Object value, String rule) {
		if (!holds) {
			throw new IllegalArgumentException("The " + what + " is '" + value + "'; it must " + rule);
		}
	}

	/**
	 * Options with one of them about to change, so that each with method names it alone.
	 */
	private static final class Draft {

		private String namespace;

		private MessageFormat format;

		private Duration lease;

		private int maxAttempts;

		private Backoff backoff;

		private int maxPutBytes;

		private int maxReceivedBytes;

		private @Nullable Integer database;

		private Duration holdWarning;

		private ExpiryPolicy expiredMessages;

		private long maxSize;

		private OverflowPolicy whenFull;

		private Duration putTimeout;

		private long deadLetterLimit;

		private @Nullable Duration deadLetterAge;

		private TransactionMode transactions;

		Draft(QueueOptions from) {
			this.namespace = from.namespace;
			this.format = from.format;
			this.lease = from.lease;
			this.maxAttempts = from.maxAttempts;
			this.backoff = from.backoff;
			this.maxPutBytes = from.maxPutBytes;
			this.maxReceivedBytes = from.maxReceivedBytes;
			this.database = from.database;
			this.holdWarning = from.holdWarning;
			this.expiredMessages = from.expiredMessages;
			this.maxSize = from.maxSize;
			this.whenFull = from.whenFull;
			this.putTimeout = from.putTimeout;
			this.deadLetterLimit = from.deadLetterLimit;
			this.deadLetterAge = from.deadLetterAge;
			this.transactions = from.transactions;
		}

		QueueOptions options() {
			return new QueueOptions(this.namespace, this.format, this.lease, this.maxAttempts, this.backoff,
					this.maxPutBytes, this.maxReceivedBytes, this.database, this.holdWarning, this.expiredMessages,
					this.maxSize, this.whenFull, this.putTimeout, this.deadLetterLimit, this.deadLetterAge,
					this.transactions);
		}

	}

}
