package dev.redisqueue.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link ChildJvm} starts: on the class path of the tests, with a compiler and a
 * collector that make it start fast, unless said otherwise.
 */
public final class ChildJvmBuilder {

	private static final List<String> FAST_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-Xshare:auto");

	private final String main;

	private String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

	private List<String> options = List.of();

	private boolean group;

	ChildJvmBuilder(String main) {
		this.main = main;
	}

	public ChildJvmBuilder classPath(String path) {
		this.classPath = path;
		return this;
	}

	/** Options of the JVM. */
	public ChildJvmBuilder options(List<String> jvmOptions) {
		this.options = jvmOptions;
		return this;
	}

	/**
	 * As the first of a process group, as a shell does; needs {@code /usr/bin/setsid}.
	 */
	public ChildJvmBuilder asGroup() {
		this.group = true;
		return this;
	}

	public ChildJvm start(Object... arguments) {
		List<String> command = new ArrayList<>();
		if (this.group) {
			command.add("setsid");
		}
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(FAST_START);
		command.addAll(this.options);
		command.addAll(List.of("-cp", this.classPath, this.main));
		List.of(arguments).forEach((argument) -> command.add(argument.toString()));
		try {
			return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
