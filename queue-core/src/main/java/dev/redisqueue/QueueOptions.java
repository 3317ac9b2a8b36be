package dev.redisqueue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What can be set for one queue. Immutable: every {@code with} method returns a new
 * instance, and throws an {@link IllegalArgumentException} where the value is out of its
 * range.
 */
public final class QueueOptions {

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

	private final Values values;

	private QueueOptions(Values values) {
		this.values = values;
	}

	/**
	 * The options of a queue for which nothing is set.
	 * @return the defaults
	 */
	public static QueueOptions defaults() {
		return new QueueOptions(new Values());
	}

	/**
	 * What stands before the name in Redis: the list is {@code namespace:name}. Letters,
	 * digits, {@code . _ - :}, at most 128. Default {@value #DEFAULT_NAMESPACE}.
	 * @return the namespace
	 */
	public String namespace() {
		return this.values.namespace;
	}

	/**
	 * How messages are written. Default {@link MessageFormat#FRAMED}.
	 * @return the format
	 */
	public MessageFormat format() {
		return this.values.format;
	}

	/**
	 * How long a consumer that died keeps its messages, from 1 s to 1 h; it is renewed
	 * every third of it. Default 30 s.
	 * @return the lease
	 */
	public Duration lease() {
		return this.values.lease;
	}

	/**
	 * How often a message is handed out before it becomes a dead letter, 1 or more.
	 * Default {@value #DEFAULT_MAX_ATTEMPTS}.
	 * @return the attempts
	 */
	public int maxAttempts() {
		return this.values.maxAttempts;
	}

	/**
	 * The delay of {@link Delivery#retry()}. Default exponential with full jitter from 1
	 * s to 10 min.
	 * @return the backoff
	 */
	public Backoff backoff() {
		return this.values.backoff;
	}

	/**
	 * How large a payload may be put, in bytes. Default 1 MiB.
	 * @return the limit in bytes
	 */
	public int maxPutBytes() {
		return this.values.maxPutBytes;
	}

	/**
	 * How large a message of any client is received, in bytes; a larger one becomes a
	 * dead letter without being loaded. Default 8 MiB.
	 * @return the limit in bytes
	 */
	public int maxReceivedBytes() {
		return this.values.maxReceivedBytes;
	}

	/**
	 * The number of the Redis database, or {@code null} for that of the connection. Not
	 * in Cluster.
	 * @return the number, or {@code null}
	 */
	public @Nullable Integer database() {
		return this.values.database;
	}

	/**
	 * A delivery that is not settled for so long is reported once, with its id, since it
	 * may never be; 1 s or more. Default 10 min.
	 * @return the time
	 */
	public Duration holdWarning() {
		return this.values.holdWarning;
	}

	/**
	 * A delivery that is not settled for so long after it was taken is taken back: its
	 * message goes back to the queue as a failed attempt, which is reported, and settling
	 * it returns {@code false} as after a lost lease; the actions of
	 * {@link Delivery#onLeaseLost} run. Longer than any handler needs, with the time that
	 * a message waits for its handler after a listener has taken it; 1 s or more.
	 * {@code null} is the default: a delivery stays with a process that lives for as long
	 * as it likes.
	 * @return the time, or {@code null} for no limit
	 */
	public @Nullable Duration maxHold() {
		return this.values.maxHold;
	}

	/**
	 * What becomes of a message whose time has passed. Default {@link ExpiryPolicy#BURY}.
	 * @return what becomes of it
	 */
	public ExpiryPolicy expiredMessages() {
		return this.values.expiredMessages;
	}

	/**
	 * How many ready messages the queue takes from puts, or 0 for any number. Only puts
	 * of this library that make a message ready at once are checked: other clients push
	 * past it, and so do delayed puts that become due, retries, released and recovered
	 * messages, and redriven dead letters. Default 0.
	 * @return the limit, or 0
	 */
	public long maxSize() {
		return this.values.maxSize;
	}

	/**
	 * What a put does where there is no room for it. Default
	 * {@link OverflowPolicy#REJECT}.
	 * @return what it does
	 */
	public OverflowPolicy whenFull() {
		return this.values.whenFull;
	}

	/**
	 * How long a put waits for room with {@link OverflowPolicy#BLOCK}. Default 10 s.
	 * @return the time
	 */
	public Duration putTimeout() {
		return this.values.putTimeout;
	}

	/**
	 * How many dead letters are kept, or 0 for all. The oldest go first, within a third
	 * of the lease; of processes that differ the strictest wins. Default 0.
	 * @return the limit, or 0
	 */
	public long deadLetterLimit() {
		return this.values.deadLetterLimit;
	}

	/**
	 * How long dead letters are kept, 1 s or more, or {@code null} for ever; else like
	 * the limit. Default {@code null}.
	 * @return the age, or {@code null}
	 */
	public @Nullable Duration deadLetterAge() {
		return this.values.deadLetterAge;
	}

	/**
	 * What a put does that is called within a Spring transaction. Default
	 * {@link TransactionMode#AFTER_COMMIT}.
	 * @return what it does
	 */
	public TransactionMode transactions() {
		return this.values.transactions;
	}

	/** Sets {@link #namespace()}. */
	public QueueOptions withNamespace(String namespace) {
		require(NAMESPACE.matcher(namespace).matches(), "namespace", namespace,
				"have 1 to 128 letters, digits, '.', '_', '-' or ':'");
		return with((values) -> values.namespace = namespace);
	}

	/** Sets {@link #format()}. */
	public QueueOptions withFormat(MessageFormat format) {
		return with((values) -> values.format = Objects.requireNonNull(format, "format"));
	}

	/** Sets {@link #lease()}. */
	public QueueOptions withLease(Duration lease) {
		require(lease.compareTo(SHORTEST_LEASE) >= 0 && lease.compareTo(LONGEST_LEASE) <= 0, "lease", lease,
				"be from 1 s to 1 h");
		return with((values) -> values.lease = lease);
	}

	/** Sets {@link #maxAttempts()}. */
	public QueueOptions withMaxAttempts(int maxAttempts) {
		require(maxAttempts >= 1, "maxAttempts", maxAttempts, "be 1 or more");
		return with((values) -> values.maxAttempts = maxAttempts);
	}

	/** Sets {@link #backoff()}. */
	public QueueOptions withBackoff(Backoff backoff) {
		return with((values) -> values.backoff = Objects.requireNonNull(backoff, "backoff"));
	}

	/** Sets {@link #maxPutBytes()}. */
	public QueueOptions withMaxPutBytes(int maxPutBytes) {
		require(maxPutBytes >= 1, "maxPutBytes", maxPutBytes, "be 1 or more");
		return with((values) -> values.maxPutBytes = maxPutBytes);
	}

	/** Sets {@link #maxReceivedBytes()}. */
	public QueueOptions withMaxReceivedBytes(int maxReceivedBytes) {
		require(maxReceivedBytes >= 1, "maxReceivedBytes", maxReceivedBytes, "be 1 or more");
		return with((values) -> values.maxReceivedBytes = maxReceivedBytes);
	}

	/** Sets {@link #database()}. */
	public QueueOptions withDatabase(@Nullable Integer database) {
		require(database == null || database >= 0, "database", database, "be 0 or more");
		return with((values) -> values.database = database);
	}

	/** Sets {@link #holdWarning()}. */
	public QueueOptions withHoldWarning(Duration holdWarning) {
		require(isWithin(holdWarning, Duration.ofSeconds(1)), "holdWarning", holdWarning, "be 1 s to ten years");
		return with((values) -> values.holdWarning = holdWarning);
	}

	/** Sets {@link #maxHold()}. */
	public QueueOptions withMaxHold(@Nullable Duration maxHold) {
		require(maxHold == null || isWithin(maxHold, Duration.ofSeconds(1)), "maxHold", maxHold, "be 1 s to ten years");
		return with((values) -> values.maxHold = maxHold);
	}

	/** Sets {@link #expiredMessages()}. */
	public QueueOptions withExpiredMessages(ExpiryPolicy expiredMessages) {
		return with((values) -> values.expiredMessages = Objects.requireNonNull(expiredMessages, "expiredMessages"));
	}

	/** Sets {@link #maxSize()}. */
	public QueueOptions withMaxSize(long maxSize) {
		require(maxSize >= 0, "maxSize", maxSize, "be 0 (any number) or more");
		return with((values) -> values.maxSize = maxSize);
	}

	/** Sets {@link #whenFull()}. */
	public QueueOptions withWhenFull(OverflowPolicy whenFull) {
		return with((values) -> values.whenFull = Objects.requireNonNull(whenFull, "whenFull"));
	}

	/** Sets {@link #putTimeout()}. */
	public QueueOptions withPutTimeout(Duration putTimeout) {
		require(isWithin(putTimeout, Duration.ZERO), "putTimeout", putTimeout, "be zero to ten years");
		return with((values) -> values.putTimeout = putTimeout);
	}

	/** Sets {@link #deadLetterLimit()}. */
	public QueueOptions withDeadLetterLimit(long deadLetterLimit) {
		require(deadLetterLimit >= 0, "deadLetterLimit", deadLetterLimit, "be 0 (all) or more");
		return with((values) -> values.deadLetterLimit = deadLetterLimit);
	}

	/** Sets {@link #deadLetterAge()}. */
	public QueueOptions withDeadLetterAge(@Nullable Duration deadLetterAge) {
		require(deadLetterAge == null || isWithin(deadLetterAge, Duration.ofSeconds(1)), "deadLetterAge", deadLetterAge,
				"be 1 s to ten years");
		return with((values) -> values.deadLetterAge = deadLetterAge);
	}

	/** Sets {@link #transactions()}. */
	public QueueOptions withTransactions(TransactionMode transactions) {
		return with((values) -> values.transactions = Objects.requireNonNull(transactions, "transactions"));
	}

	private QueueOptions with(Consumer<Values> change) {
		Values values = this.values.copy();
		change.accept(values);
		return new QueueOptions(values);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof QueueOptions options && this.values.named().equals(options.values.named());
	}

	@Override
	public int hashCode() {
		return this.values.named().hashCode();
	}

	@Override
	public String toString() {
		return "QueueOptions" + this.values.named().entrySet();
	}

	private static boolean isWithin(Duration value, Duration least) {
		return value.compareTo(least) >= 0 && value.compareTo(LONGEST_DURATION) <= 0;
	}

	private static void require(boolean holds, String what, @Nullable Object value, String rule) {
		if (!holds) {
			throw new IllegalArgumentException("The " + what + " is '" + value + "'; it must " + rule);
		}
	}

	/** The options; nobody changes them once they are in use. */
	private static final class Values implements Cloneable {

		private String namespace = DEFAULT_NAMESPACE;

		private MessageFormat format = MessageFormat.FRAMED;

		private Duration lease = DEFAULT_LEASE;

		private int maxAttempts = DEFAULT_MAX_ATTEMPTS;

		private Backoff backoff = Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10));

		private int maxPutBytes = DEFAULT_MAX_PUT_BYTES;

		private int maxReceivedBytes = DEFAULT_MAX_RECEIVED_BYTES;

		private @Nullable Integer database;

		private Duration holdWarning = DEFAULT_HOLD_WARNING;

		private @Nullable Duration maxHold;

		private ExpiryPolicy expiredMessages = ExpiryPolicy.BURY;

		private long maxSize;

		private OverflowPolicy whenFull = OverflowPolicy.REJECT;

		private Duration putTimeout = DEFAULT_PUT_TIMEOUT;

		private long deadLetterLimit;

		private @Nullable Duration deadLetterAge;

		private TransactionMode transactions = TransactionMode.AFTER_COMMIT;

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
			named.put("namespace", this.namespace);
			named.put("format", this.format);
			named.put("lease", this.lease);
			named.put("maxAttempts", this.maxAttempts);
			named.put("backoff", this.backoff);
			named.put("maxPutBytes", this.maxPutBytes);
			named.put("maxReceivedBytes", this.maxReceivedBytes);
			named.put("database", this.database);
			named.put("holdWarning", this.holdWarning);
			named.put("maxHold", this.maxHold);
			named.put("expiredMessages", this.expiredMessages);
			named.put("maxSize", this.maxSize);
			named.put("whenFull", this.whenFull);
			named.put("putTimeout", this.putTimeout);
			named.put("deadLetterLimit", this.deadLetterLimit);
			named.put("deadLetterAge", this.deadLetterAge);
			named.put("transactions", this.transactions);
			return named;
		}

	}

}
