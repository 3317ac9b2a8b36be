package dev.redisqueue.boot;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.redisqueue.testing.LogEvents;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps the warnings that a test provokes out of the log of the build, and fails the test
 * where there was another one.
 */
public final class ExpectedLog implements BeforeEachCallback, AfterEachCallback {

	private final Supplier<LogEvents> capture;

	private final String expected;

	private @Nullable LogEvents events;

	private ExpectedLog(Supplier<LogEvents> capture, String expected) {
		this.capture = capture;
		this.expected = expected;
	}

	/**
	 * Of one class.
	 * @param expected what a warning or an error has in its text, as a regular expression
	 */
	public static ExpectedLog of(Class<?> type, String expected) {
		return new ExpectedLog(() -> LogEvents.of(type, ""), expected);
	}

	/**
	 * Of all of this library.
	 * @param expected what a warning or an error has in its text, as a regular expression
	 */
	public static ExpectedLog ofLibrary(String expected) {
		return new ExpectedLog(LogEvents::ofAll, expected);
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.events = this.capture.get();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		events().close();
		assertThat(warnings()).allSatisfy((line) -> assertThat(line).containsPattern(this.expected));
	}

	/** Level and text of each event, the details included. */
	public List<String> lines() {
		return events().lines();
	}

	/** Level and text of each warning and error. */
	public List<String> warnings() {
		return lines().stream().filter((line) -> line.startsWith("WARN ") || line.startsWith("ERROR ")).toList();
	}

	public List<String> stackTraces() {
		return events().stackTraces();
	}

	private LogEvents events() {
		return Objects.requireNonNull(this.events);
	}

}
