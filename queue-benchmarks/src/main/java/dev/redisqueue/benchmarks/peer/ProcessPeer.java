package dev.redisqueue.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.redisqueue.benchmarks.measure.Gauge;

/**
 * A peer in a process of its own, which is told {@code verb parallel operations}, and
 * says {@code begin}, {@code end N} (how much was done since the beginning) and
 * {@code clean}.
 */
abstract class ProcessPeer implements Peer {

	private final Child child;

	/**
	 * Starts the process.
	 * @param command the command, without the payload, which becomes its last argument
	 * @param environment what is added to the environment
	 */
	ProcessPeer(List<String> command, Map<String, String> environment) {
		this.child = Child.start(command, environment);
		try {
			this.child.await("ready");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public double[] measure(Verb verb, int parallel, int operations, Supplier<Gauge> gauges) throws Exception {
		Gauge gauge = gauges.get();
		this.child.say(verb.name().toLowerCase(Locale.ROOT) + " " + parallel + " " + operations);
		this.child.await("begin");
		gauge.begin();
		double[] figures = gauge.end(Integer.parseInt(this.child.await("end ")));
		this.child.await("clean");
		return figures;
	}

	@Override
	public void close() {
		this.child.close();
	}

	/** The directory below {@code target} that the peer's files are in. */
	static Path directory(String id) {
		try {
			return Files.createDirectories(Path.of("target", "peers", id)).toAbsolutePath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Path program(String id, String name) {
		return copy(name, directory(id).resolve(name));
	}

	static Path copy(String name, Path program) {
		try (InputStream source = ProcessPeer.class.getResourceAsStream("/peers/" + name)) {
			if (source == null) {
				throw new IllegalStateException("There is no program " + name);
			}
			Files.createDirectories(program.toAbsolutePath().getParent());
			Files.copy(source, program, StandardCopyOption.REPLACE_EXISTING);
			return program;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static boolean succeeds(Map<String, String> environment, String... command) {
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD);
			builder.environment().putAll(environment);
			Process process = builder.start();
			if (!process.waitFor(120, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				return false;
			}
			return process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false; // The program is not there.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
