package dev.redisqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a put asks for beyond adding a message at the tail. Immutable: every method
 * returns a new instance. <pre>{@code
 * queue.put(mail, PutOptions.create().delay(Duration.ofMinutes(5)).header("tenant", "acme"));
 * }</pre>
 */
public final class PutOptions {

	/** The names that frames keep for themselves. */
	public static final Set<String> RESERVED_HEADERS = Set.of("id", "put-at", "attempt", "interrupted", "recovered",
			"expires-at", "first-failed-at", "reason", "cause", "cause-message", "attempts");

	private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

	private static final PutOptions NONE = new PutOptions(new Values());

	private final Values values;

	private PutOptions(Values values) {
		this.values = values;
	}

	/**
	 * Options that ask for nothing.
	 * @return the options of a plain put
	 */
	public static PutOptions create() {
		return NONE;
	}

	/**
	 * Makes the message ready after a delay, by the clock of Redis; never earlier. Ends
	 * an {@link #at(Instant)}.
	 * @param delay the delay; zero is a plain put
	 * @return new options
	 * @throws IllegalArgumentException if the delay is negative or longer than ten years
	 */
	public PutOptions delay(Duration delay) {
		requireWithin("delay", delay, Duration.ZERO);
		return with((values) -> {
			values.delay = delay;
			values.at = null;
		});
	}

	/**
	 * Makes the message ready at a time, by the clock of Redis; never earlier. A time in
	 * the past is a plain put. Ends a {@link #delay(Duration)}.
	 * @param time the time
	 * @return new options
	 */
	public PutOptions at(Instant time) {
		return with((values) -> {
			values.at = time;
			values.delay = null;
		});
	}

	/**
	 * Refuses the message while another with the same key was put within the window,
	 * whatever became of that one. A put with the same {@link #id(String)} counts as the
	 * same put and succeeds, so that it may be repeated within the window after an
	 * unknown outcome. The queue itself does so where the window is longer than 20 s.
	 * @param key the key, up to 512 characters
	 * @param window how long the key stays reserved, from 1 ms to ten years
	 * @return new options
	 */
	public PutOptions unique(String key, Duration window) {
		if (key.isEmpty() || key.length() > 512) {
			throw new IllegalArgumentException(
					"A unique key must have 1 to 512 characters, but this one has " + key.length());
		}
		requireWithin("window", window, Duration.ofMillis(1));
		return with((values) -> {
			values.uniqueKey = key;
			values.uniqueWindow = window;
		});
	}

	/**
	 * Lets the message expire: it is not handed out later than this after the put, by the
	 * clock of Redis, but becomes a dead letter, or is discarded where the queue says so
	 * ({@link QueueOptions#expiredMessages()}). Not for queues of format {@code raw},
	 * whose messages have no head.
	 * @param age the age at which it expires, from 1 ms to ten years
	 * @return new options
	 */
	public PutOptions expireAfter(Duration age) {
		requireWithin("expireAfter", age, Duration.ofMillis(1));
		return with((values) -> values.expireAfter = age);
	}

	/**
	 * Gives the message an id of the caller's instead of a generated one. Ids need not be
	 * unique, nothing is refused for an equal one. Not for queues of format {@code raw},
	 * unless the put is {@link #unique(String, Duration) unique}.
	 * @param id the id, 1 to 128 printable ASCII characters
	 * @return new options
	 */
	public PutOptions id(String id) {
		if (id.isEmpty() || id.length() > 128 || !id.chars().allMatch((c) -> c > ' ' && c < 127)) {
			throw new IllegalArgumentException("A message id must have 1 to 128 printable ASCII characters");
		}
		return with((values) -> values.id = id);
	}

	/**
	 * Adds a header. Not for queues of format {@code raw}, whose messages have no head.
	 * @param name the name: lower-case letters, digits, dot, dash and underscore, up to
	 * 128; those of the frame itself ({@code id}, {@code put-at}, {@code attempt} and
	 * others) are refused
	 * @param value the value, up to 8 192 characters
	 * @return new options
	 */
	public PutOptions header(String name, String value) {
		if (!HEADER_NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("'" + name + "' is no header name: use lower-case letters, digits, "
					+ "dots, dashes and underscores, at most 128");
		}
		if (RESERVED_HEADERS.contains(name)) {
			throw new IllegalArgumentException(
					"The header '" + name + "' is the queue's own: choose another name, for instance 'x-" + name + "'");
		}
		if (value.length() > 8192) {
			throw new IllegalArgumentException(
					"The header '" + name + "' has " + value.length() + " characters; 8192 is the limit");
		}
		Map<String, String> added = new LinkedHashMap<>(this.values.headers);
		added.put(name, value);
		if (added.size() > 64) {
			throw new IllegalArgumentException("A message can have 64 headers at most");
		}
		return with((values) -> values.headers = Collections.unmodifiableMap(added));
	}

	/**
	 * The delay.
	 * @return the delay, or empty
	 */
	public Optional<Duration> delay() {
		return Optional.ofNullable(this.values.delay);
	}

	/**
	 * The time at which the message becomes ready.
	 * @return the time, or empty
	 */
	public Optional<Instant> at() {
		return Optional.ofNullable(this.values.at);
	}

	/**
	 * The key of a unique put.
	 * @return the key, or empty
	 */
	public Optional<String> uniqueKey() {
		return Optional.ofNullable(this.values.uniqueKey);
	}

	/**
	 * How long the unique key stays reserved.
	 * @return the window, or empty
	 */
	public Optional<Duration> uniqueWindow() {
		return Optional.ofNullable(this.values.uniqueWindow);
	}

	/**
	 * The age at which the message expires.
	 * @return the age, or empty
	 */
	public Optional<Duration> expireAfter() {
		return Optional.ofNullable(this.values.expireAfter);
	}

	/**
	 * The id of the caller's.
	 * @return the id, or empty where one is to be generated
	 */
	public Optional<String> id() {
		return Optional.ofNullable(this.values.id);
	}

	/**
	 * The headers.
	 * @return the headers in the order in which they were added, unmodifiable
	 */
	public Map<String, String> headers() {
		return this.values.headers;
	}

	private PutOptions with(Consumer<Values> change) {
		Values values = this.values.copy();
		change.accept(values);
		return new PutOptions(values);
	}

	private static void requireWithin(String what, Duration value, Duration least) {
		if (value.compareTo(least) < 0 || value.compareTo(QueueOptions.LONGEST_DURATION) > 0) {
			throw new IllegalArgumentException("The " + what + " is " + value + "; it must be between " + least
					+ " and " + QueueOptions.LONGEST_DURATION);
		}
	}

	/** The options; nobody changes them once they are in use. */
	private static final class Values implements Cloneable {

		private @Nullable Duration delay;

		private @Nullable Instant at;

		private @Nullable String uniqueKey;

		private @Nullable Duration uniqueWindow;

		private @Nullable Duration expireAfter;

		private @Nullable String id;

		private Map<String, String> headers = Map.of();

		Values copy() {
			try {
				return (Values) clone();
			}
			catch (CloneNotSupportedException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
