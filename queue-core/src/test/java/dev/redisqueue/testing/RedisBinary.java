package dev.redisqueue.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The redis-server to run: {@code -Dredis.binary=PATH}, else the one inside the embedded
 * Redis on the class path, which is unpacked once a JVM.
 */
final class RedisBinary {

	private static Path unpacked;

	private RedisBinary() {
	}

	static synchronized Path path() {
		String given = System.getProperty("redis.binary", "");
		if (!given.isEmpty()) {
			return executable(Path.of(given).toAbsolutePath());
		}
		if (unpacked == null) {
			unpacked = unpack();
		}
		return unpacked;
	}

	private static Path unpack() {
		String name = "/redis-server-7.0.15-" + system();
		try (InputStream binary = RedisBinary.class.getResourceAsStream(name)) {
			if (binary == null) {
				throw new IllegalStateException(
						"The class path holds no " + name + ": name a redis-server by -Dredis.binary=PATH");
			}
			Path directory = Files.createTempDirectory("redis-binary");
			Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteRecursively(directory)));
			Path file = directory.resolve("redis-server");
			Files.copy(binary, file);
			return executable(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path executable(Path file) {
		if (!file.toFile().canExecute() && !file.toFile().setExecutable(true)) {
			throw new IllegalStateException(file + " cannot be made executable");
		}
		return file;
	}

	private static String system() {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
		return os + switch (System.getProperty("os.arch")) {
			case "aarch64", "arm64" -> "-arm64";
			case "x86", "i386" -> "-386";
			default -> "-amd64";
		};
	}

	static void deleteRecursively(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// A temporary directory; the system removes it one day.
		}
	}

}
