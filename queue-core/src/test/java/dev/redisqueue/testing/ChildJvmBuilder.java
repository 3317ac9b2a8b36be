package dev.redisqueue.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a {@link ChildJvm} starts: on the class path of the tests, with a compiler and a
 * collector that make it start fast, unless said otherwise.
 */
public final class ChildJvmBuilder {

	private static final List<String> FAST_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-Xshare:auto");

	private final List<String> program;

	private @Nullable String classPath = System.getProperty("surefire.test.class.path",
			System.getProperty("java.class.path"));

	private @Nullable Path directory;

	private List<String> options = List.of();

	private boolean group;

	private ChildJvmBuilder(String... program) {
		this.program = List.of(program);
	}

	static ChildJvmBuilder of(String main) {
		return new ChildJvmBuilder(main);
	}

	static ChildJvmBuilder ofJar(Path jar) {
		return new ChildJvmBuilder("-jar", jar.toAbsolutePath().toString()).classPath(null);
	}

	public ChildJvmBuilder classPath(@Nullable String path) {
		this.classPath = path;
		return this;
	}

	/** Options of the JVM. */
	public ChildJvmBuilder options(List<String> jvmOptions) {
		this.options = jvmOptions;
		return this;
	}

	/** Where it runs: where the tests do, unless said otherwise. */
	public ChildJvmBuilder in(Path workingDirectory) {
		this.directory = workingDirectory;
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
		if (this.classPath != null) {
			command.addAll(List.of("-cp", this.classPath));
		}
		command.addAll(this.program);
		List.of(arguments).forEach((argument) -> command.add(argument.toString()));
		try {
			return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true)
				.directory((this.directory != null) ? this.directory.toFile() : null)
				.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
