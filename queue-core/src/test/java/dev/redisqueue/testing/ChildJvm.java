package dev.redisqueue.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own, which a test watches and ends. It says by lines how far it is, on its
 * standard output or error alike, and takes lines on its standard input. It does not
 * outlive the JVM of the tests.
 */
public final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final List<String> lines = new ArrayList<>();

	private final Thread reader;

	private boolean ended;

	ChildJvm(Process process) {
		this.process = process;
		this.reader = new Thread(this::read, "child-" + process.pid());
		this.reader.setDaemon(true);
		this.reader.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
	}

	/** With more to say about how it starts. */
	public static ChildJvmBuilder of(Class<?> main) {
		return of(main.getName());
	}

	public static ChildJvmBuilder of(String main) {
		return ChildJvmBuilder.of(main);
	}

	/** As {@code java -jar} runs it. */
	public static ChildJvmBuilder ofJar(Path jar) {
		return ChildJvmBuilder.ofJar(jar);
	}

	/** On the class path of the tests. */
	public static ChildJvm start(Class<?> main, List<String> options, Object... arguments) {
		return of(main).options(options).start(arguments);
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
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

	/** Waits for its end, and returns everything that it has said. */
	public String awaitEnd(Duration timeout) throws InterruptedException {
		if (exitCode(timeout) < 0) {
			throw new AssertionError("The child does not end, and said " + lines());
		}
		return String.join("\n", lines());
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
		Signals.send(this.process.pid(), "TERM");
	}

	/** SIGINT to all its group, as Ctrl-C does; it has to be the first of one. */
	public void interruptGroup() {
		Signals.send(-this.process.pid(), "INT");
	}

	/** SIGSTOP. */
	public void pause() {
		Signals.send(this.process.pid(), "STOP");
	}

	/** SIGCONT. */
	public void resume() {
		Signals.send(this.process.pid(), "CONT");
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
