package dev.redisqueue.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a process of its own, on the class path of the tests.
 */
public final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private final StringBuilder read = new StringBuilder();

	private ChildJvm(Process process) {
		this.process = process;
		this.output = process.inputReader();
	}

	public static ChildJvm start(Class<?> program, String... arguments) {
		return start(System.getProperty("java.class.path"), List.of(), program.getName(), arguments);
	}

	/**
	 * Starts it as the first of a process group, as a shell does.
	 */
	public static ChildJvm startGroup(Class<?> program, String... arguments) {
		return start(List.of("setsid"), System.getProperty("java.class.path"), List.of(), program.getName(), arguments);
	}

	static ChildJvm start(String classPath, List<String> options, String program, String... arguments) {
		return start(List.of(), classPath, options, program, arguments);
	}

	private static ChildJvm start(List<String> launcher, String classPath, List<String> options, String program,
			String... arguments) {
		List<String> command = new ArrayList<>(launcher);
		command.add(ProcessHandle.current().info().command().orElse("java"));
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, program));
		command.addAll(List.of(arguments));
		try {
			return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads up to a line that begins like this, and returns the rest of that line.
	 */
	public String awaitLine(String beginning) {
		try {
			for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
				this.read.append(line).append('\n');
				if (line.startsWith(beginning)) {
					return line.substring(beginning.length()).strip();
				}
			}
			throw new AssertionError("The program ended without a line '" + beginning + "':\n" + this.read);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends SIGTERM. Not {@link Process#destroy}, which closes the output as well.
	 */
	public void terminate() {
		this.process.toHandle().destroy();
	}

	/**
	 * Sends SIGINT to the group of the process, as Ctrl-C does.
	 */
	public void interruptGroup() throws IOException, InterruptedException {
		int exit = new ProcessBuilder("kill", "-INT", "--", "-" + this.process.pid()).inheritIO().start().waitFor();
		if (exit != 0) {
			throw new AssertionError("There is no such group");
		}
	}

	/**
	 * Waits for the end, and returns everything that the program wrote.
	 */
	public String awaitEnd() throws InterruptedException {
		this.output.lines().forEach((line) -> this.read.append(line).append('\n'));
		if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
			throw new AssertionError("The program does not end:\n" + this.read);
		}
		return this.read.toString();
	}

	int exitCode() {
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
