package dev.redisqueue.benchmarks.peer;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that takes lines and answers with lines. It ends when its input does.
 */
public final class Child {

	private static final String END = "(it ended)";

	private final Process process;

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private Child(Process process) {
		this.process = process;
		Thread reader = new Thread(this::read, "child-" + process.pid());
		reader.setDaemon(true);
		reader.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
	}

	/**
	 * Starts a process.
	 * @param command the command
	 * @param environment what is added to the environment
	 * @return the process
	 */
	public static Child start(List<String> command, Map<String, String> environment) {
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
			builder.environment().putAll(environment);
			return new Child(builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts this program again.
	 * @param arguments its arguments
	 * @return the process
	 */
	public static Child again(List<String> arguments) {
		String classPath = System.getProperty("java.class.path");
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(classPath.matches("[^" + File.pathSeparator + "]+\\.jar") ? List.of("-jar", classPath)
				: List.of("-cp", classPath, "dev.redisqueue.benchmarks.Benchmarks"));
		command.addAll(arguments);
		return start(command, Map.of());
	}

	/**
	 * Sends a line.
	 * @param line the line
	 */
	public void say(String line) {
		try {
			this.process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for the next line.
	 * @param beginning how it has to begin
	 * @return what follows
	 * @throws InterruptedException if the thread is interrupted
	 */
	public String await(String beginning) throws InterruptedException {
		String line = this.lines.poll(180, TimeUnit.SECONDS);
		if (line == null || !line.startsWith(beginning)) {
			throw new IllegalStateException(
					"Process " + this.process.pid() + " did not say '" + beginning + "' but '" + line + "'");
		}
		return line.substring(beginning.length()).trim();
	}

	/** Ends it; returns when it has gone. */
	public void close() {
		try {
			this.process.getOutputStream().close();
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (IOException ex) {
			this.process.destroyForcibly();
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			reader.lines().forEach(this.lines::add);
		}
		catch (IOException | UncheckedIOException ex) {
			// It has gone.
		}
		this.lines.add(END);
	}

}
