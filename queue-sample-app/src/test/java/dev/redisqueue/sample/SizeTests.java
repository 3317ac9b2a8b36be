package dev.redisqueue.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sample is there to be read.
 */
class SizeTests {

	@Test
	void theCodeIsReadInTenMinutes() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			assertThat(files.filter(Files::isRegularFile).flatMap(SizeTests::lines).filter(SizeTests::isCode).count())
				.isBetween(100L, 430L);
		}
	}

	private static Stream<String> lines(Path file) {
		try {
			return Files.readAllLines(file).stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isCode(String line) {
		return !line.isBlank() && !line.strip().matches("(/\\*|\\*|//).*");
	}

}
