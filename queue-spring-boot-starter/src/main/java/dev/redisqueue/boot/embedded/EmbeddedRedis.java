package dev.redisqueue.boot.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.RedisExecProvider;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * A running {@code redis-server}. Uses the binaries of {@code org.signal:embedded-redis}
 * but not its process handling, which leaves a thread that keeps the JVM alive, loses a
 * server that did not become ready, and at exit stops the server while the application
 * still needs it. The server has a session of its own: Ctrl-C in the terminal reaches the
 * application alone.
 */
final class EmbeddedRedis implements AutoCloseable {

	static final String HOST = "127.0.0.1";

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedis.class);

	private static final int ATTEMPTS = 5;

	private static final Duration READY = Duration.ofSeconds(20);

	/** Two of Spring Boot's phases of an orderly end. */
	private static final Duration LONGEST_CLOSE = Duration.ofSeconds(60);

	private static final Duration STOPPED = Duration.ofSeconds(5);

	/** What the server says last where it ends before it writes its number. */
	private static final String PORT_TAKEN = "Failed listening on port";

	// Unpacked once in a JVM; tests start many servers.
	private static @Nullable Path unpacked;

	private final Path executable;

	private final Path directory;

	private final Thread atExit;

	private final CountDownLatch ended = new CountDownLatch(1);

	private @Nullable ProcessHandle process;

	private int port;

	private volatile boolean closed;

	private EmbeddedRedis(Path executable, Path directory, ConfigurableApplicationContext context) {
		this.executable = executable;
		this.directory = directory;
		this.atExit = new Thread(() -> closeAfter(context), "embedded-redis-exit");
	}

	static EmbeddedRedis start(ConfigurableApplicationContext context) {
		return start(context, EmbeddedRedis::freePort);
	}

	static EmbeddedRedis start(ConfigurableApplicationContext context, IntSupplier ports) {
		EmbeddedRedis redis = new EmbeddedRedis(executable(), directory(), context);
		// Before the process, so that no moment is left in which an exit orphans it.
		Runtime.getRuntime().addShutdownHook(redis.atExit);
		try {
			redis.run(ports);
		}
		catch (RuntimeException ex) {
			redis.close();
			throw ex;
		}
		logger.info("Embedded Redis {} runs on {}:{} for development and tests; its data ends with it. "
				+ "Set spring.data.redis.url to use another server, redis.queue.embedded.enabled=false to have none.",
				RedisExecProvider.redisVersion, HOST, redis.port);
		return redis;
	}

	synchronized int port() {
		return this.port;
	}

	synchronized long pid() {
		return Objects.requireNonNull(this.process, "Not started").pid();
	}

	@Override
	public synchronized void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		if (this.process != null) {
			stop(this.process);
		}
		this.ended.countDown();
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			logger.debug("The directory {} of the embedded Redis stays", this.directory, ex);
		}
		try {
			Runtime.getRuntime().removeShutdownHook(this.atExit);
		}
		catch (IllegalStateException ex) {
			logger.debug("The exit of the JVM has begun", ex);
		}
	}

	/**
	 * At exit the application goes first: it gives back what it holds in Redis. Where
	 * another thread closes it already, {@code close} returns before that is done, and
	 * this bean's own destruction is the sign of its end.
	 */
	private void closeAfter(ConfigurableApplicationContext context) {
		try {
			context.close();
			if (context.isClosed() && !this.ended.await(LONGEST_CLOSE.toSeconds(), TimeUnit.SECONDS)) {
				logger.warn("The application still closes after {}; the embedded Redis ends now", LONGEST_CLOSE);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			close();
		}
	}

	private static void stop(ProcessHandle process) {
		process.destroy();
		if (!await(() -> !runs(process), STOPPED)) {
			process.destroyForcibly();
		}
	}

	/**
	 * A process that ended but that nobody reaps counts as alive, as in containers whose
	 * first process does not; it has no command anymore.
	 */
	private static boolean runs(ProcessHandle process) {
		return process.isAlive() && process.info().command().isPresent();
	}

	/**
	 * Goes on where the thread is interrupted: a server must not be lost.
	 */
	private static boolean await(BooleanSupplier condition, Duration time) {
		long deadline = System.nanoTime() + time.toNanos();
		boolean interrupted = false;
		boolean met = condition.getAsBoolean();
		while (!met && System.nanoTime() < deadline) {
			try {
				TimeUnit.MILLISECONDS.sleep(10);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			met = condition.getAsBoolean();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return met;
	}

	/**
	 * Between the choice of a port and its use another process may take it.
	 */
	private synchronized void run(IntSupplier ports) {
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			if (this.closed) {
				throw new EmbeddedRedisException("The embedded Redis was closed while it started", null);
			}
			this.port = ports.getAsInt();
			ProcessHandle server = launch();
			this.process = server;
			if (server != null && isReady(server)) {
				return;
			}
			if (server != null) {
				stop(server);
			}
		}
		throw new EmbeddedRedisException(
				"The embedded Redis did not start on " + HOST + ". Its last words: " + output(), null);
	}

	/**
	 * The process started here ends as soon as it has left the server to itself.
	 * @return the server, or {@code null} if there is none
	 */
	private @Nullable ProcessHandle launch() {
		try {
			Files.deleteIfExists(pidFile());
			Files.deleteIfExists(log());
			Process launcher = new ProcessBuilder(this.executable.toString(), "--port", String.valueOf(this.port),
					"--bind", HOST, "--save", "", "--appendonly", "no", "--loglevel", "warning", "--daemonize", "yes",
					"--pidfile", pidFile().toString(), "--logfile", log().toString())
				.directory(this.directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
				.start();
			if (!await(() -> !launcher.isAlive(), READY)) {
				launcher.destroyForcibly();
			}
			else if (launcher.exitValue() == 0) {
				await(() -> writtenPid() != null || output().contains(PORT_TAKEN), READY);
			}
		}
		catch (IOException ex) {
			throw new EmbeddedRedisException("The embedded Redis cannot be run from " + this.executable + ": "
					+ ex.getMessage() + ". The directory of java.io.tmpdir must allow programs to be run.", ex);
		}
		Long pid = writtenPid();
		return (pid != null) ? ProcessHandle.of(pid).orElse(null) : null;
	}

	private @Nullable Long writtenPid() {
		try {
			String pid = Files.readString(pidFile());
			return pid.endsWith("\n") ? Long.valueOf(pid.strip()) : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	private boolean isReady(ProcessHandle server) {
		boolean[] ready = new boolean[1];
		await(() -> {
			ready[0] = answers(server);
			return ready[0] || !runs(server) || Thread.currentThread().isInterrupted();
		}, READY);
		if (Thread.currentThread().isInterrupted()) {
			throw new EmbeddedRedisException("Interrupted while the embedded Redis started", null);
		}
		return ready[0];
	}

	/**
	 * Whether it is this process that answers, and not one that took the port.
	 */
	private boolean answers(ProcessHandle server) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(HOST, this.port), 500);
			socket.setSoTimeout(1000);
			socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
			String info = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			return info.contains("process_id:" + server.pid() + "\r\n");
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Path pidFile() {
		return this.directory.resolve("redis.pid");
	}

	private Path log() {
		return this.directory.resolve("redis.log");
	}

	private String output() {
		try {
			return Files.readString(log()).strip();
		}
		catch (IOException ex) {
			return "none";
		}
	}

	private static synchronized Path executable() {
		Path path = unpacked;
		if (path == null || !Files.isExecutable(path)) {
			path = unpack().toAbsolutePath();
			unpacked = path;
		}
		return path;
	}

	private static Path unpack() {
		try {
			return RedisExecProvider.defaultProvider().get().toPath();
		}
		catch (IOException ex) {
			throw new EmbeddedRedisException("The embedded Redis cannot be unpacked to "
					+ System.getProperty("java.io.tmpdir") + ": " + ex.getMessage() + ".", ex);
		}
		catch (RuntimeException ex) {
			throw new EmbeddedRedisException("There is no embedded Redis for " + System.getProperty("os.name") + " "
					+ System.getProperty("os.arch") + ".", ex);
		}
	}

	private static Path directory() {
		try {
			return Files.createTempDirectory("embedded-redis");
		}
		catch (IOException ex) {
			throw new EmbeddedRedisException("The embedded Redis has no directory to run in: " + ex.getMessage() + ".",
					ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new EmbeddedRedisException("There is no free port on " + HOST, ex);
		}
	}

}
