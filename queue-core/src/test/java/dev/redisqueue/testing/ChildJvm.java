package dev.redisqueue.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that a test kills. It runs a main class of the test class path, which says by
 * lines on its standard output how far it is, and takes lines on its standard input.
 */
public final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final List<String> lines = new ArrayList<>();

	private final Thread reader;

	private boolean ended;

	private ChildJvm(Process process) {
		this.process = process;
		this.reader = new Thread(this::read, "child-" + process.pid());
		this.reader.setDaemon(true);
		this.reader.start();
	}

	public static ChildJvm start(Class<?> main, List<String> options, Object... arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
		command.addAll(options);
		command.addAll(List.of("-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), main.getName()));
		List.of(arguments).forEach((argument) -> command.add(argument.toString()));
		try {
			ChildJvm child = new ChildJvm(
					new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
			Runtime.getRuntime().addShutdownHook(new Thread(child.process::destroyForcibly));
			return child;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				synchronized (this.lines) {
					this.lines.add(line);
					this.lines.notifyAll();
				}
			}
		}
		catch (IOException ex) {
			// It was killed.
		}
		synchronized (this.lines) {
			this.ended = true;
			this.lines.notifyAll();
		}
	}

	/** Waits for a line that begins so, and returns what follows. */
	public String await(String beginning, Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		synchronized (this.lines) {
			while (true) {
				for (String line : this.lines) {
					if (line.startsWith(beginning)) {
						return line.substring(beginning.length());
					}
				}
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (this.ended || left <= 0) {
					throw new AssertionError("The child did not say '" + beginning + "' but " + this.lines);
				}
				this.lines.wait(left);
			}
		}
	}

	/** What it has said so far. */
	public List<String> lines() {
		synchronized (this.lines) {
			return List.copyOf(this.lines);
		}
	}

	public void say(String line) {
		try {
			this.process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Ends it by SIGKILL; returns when it has gone. */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	/** SIGTERM. */
	public void terminate() {
		Signals.send(this.process, "TERM");
	}

	/** SIGSTOP. */
	public void pause() {
		Signals.send(this.process, "STOP");
	}

	/** SIGCONT. */
	public void resume() {
		Signals.send(this.process, "CONT");
	}

	/**
	 * The exit code, or -1 where it does not end in time. All that it has said is among
	 * its lines then.
	 */
	public int exitCode(Duration timeout) throws InterruptedException {
		if (!this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
			return -1;
		}
		this.reader.join(timeout.toMillis());
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
