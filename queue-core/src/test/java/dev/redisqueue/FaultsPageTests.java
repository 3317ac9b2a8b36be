package dev.redisqueue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of faults names tests that exist, and all that are named by a row of it.
 */
class FaultsPageTests {

	private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");

	private static final Pattern NAMED = Pattern.compile("`(\\w+#\\w+)`");

	private static final Pattern METHOD = Pattern.compile("void (\\w+)\\(");

	private static final Pattern OF_A_ROW = Pattern.compile("\\w+#row(\\d+)\\w+");

	/** Tests by row. */
	private final Map<Integer, Set<String>> rows = ROW.matcher(read(Path.of("..", "docs", "faults.md")))
		.results()
		.collect(Collectors.toMap((row) -> Integer.parseInt(row.group(1)), (row) -> named(row.group())));

	@Test
	void allRowsAreThere() {
		Set<Integer> expected = IntStream
			.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 33, 35, 36, 37, 40, 41, 42,
					46, 47, 48, 51, 52, 55, 56, 59, 60)
			.boxed()
			.collect(Collectors.toSet());
		assertThat(this.rows.keySet()).containsAll(expected);
		assertThat(this.rows).allSatisfy((row, tests) -> assertThat(tests).as("row %d", row).isNotEmpty());
	}

	@Test
	void everyTestThatIsNamedExistsAndEveryTestOfARowIsNamed() {
		Set<String> tests = tests();
		this.rows.forEach((row, named) -> assertThat(tests).as("row %d", row).containsAll(named));
		Map<Integer, Set<String>> byName = new TreeMap<>();
		for (String test : tests) {
			Matcher matcher = OF_A_ROW.matcher(test);
			if (matcher.matches()) {
				byName.computeIfAbsent(Integer.valueOf(matcher.group(1)), (row) -> new TreeSet<>()).add(test);
			}
		}
		byName.forEach((row, named) -> assertThat(this.rows).hasEntrySatisfying(row,
				(onThePage) -> assertThat(onThePage).as("row %d", row).containsAll(named)));
	}

	private static Set<String> named(String row) {
		return NAMED.matcher(row).results().map((test) -> test.group(1)).collect(Collectors.toSet());
	}

	/** The methods of all test classes of all modules. */
	private static Set<String> tests() {
		try (Stream<Path> files = Files.find(Path.of(".."), 20,
				(file, attributes) -> file.toString().matches("\\.\\./queue-[a-z-]+/src/test/java/.*Tests\\.java"))) {
			return files
				.flatMap((file) -> METHOD.matcher(read(file))
					.results()
					.map((MatchResult method) -> file.getFileName().toString().replace(".java", "#") + method.group(1)))
				.collect(Collectors.toSet());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
