package dev.redisqueue.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;

/**
 * A Redis server that belongs to the test: a child process on a free port of the loopback
 * interface, without persistence unless its arguments say otherwise. It ends with the
 * JVM.
 * <p>
 * The binary is the one of the embedded Redis on the class path, or
 * {@code -Dredis.binary=PATH}. With {@code -Dredis.url=redis://host:port} the
 * {@linkplain #shared() shared} instance is a server that runs already; servers that a
 * test starts for itself are child processes even then.
 */
public final class RedisInstance implements AutoCloseable {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

	private final RedisURI uri;

	private final List<String> arguments;

	private final Path directory;

	private Process process;

	/** Keeps the port while the server is down, so that nobody else gets it. */
	private Socket placeholder;

	private RedisClient client;

	private RedisInstance(RedisURI uri) {
		this.uri = uri;
		this.arguments = List.of();
		this.directory = null;
	}

	private RedisInstance(int port, Path directory, List<String> arguments) {
		this.uri = RedisURI.create("127.0.0.1", port);
		this.arguments = arguments;
		this.directory = directory;
		Runtime.getRuntime().addShutdownHook(new Thread(this::close));
	}

	/**
	 * The one server that all tests of this JVM share. Tests keep apart by the names of
	 * their queues, and change neither its configuration nor its life.
	 */
	public static RedisInstance shared() {
		return Shared.INSTANCE;
	}

	/**
	 * Starts a server for one test alone.
	 * @param arguments settings as on the command line, for example
	 * {@code "--appendonly", "yes"}; they win over the defaults
	 */
	public static RedisInstance start(String... arguments) {
		for (int attempt = 1;; attempt++) {
			RedisInstance instance = new RedisInstance(freePort(), temporaryDirectory(), List.of(arguments));
			try {
				instance.launch();
				return instance;
			}
			catch (IllegalStateException ex) {
				instance.close();
				if (attempt == 3) { // Somebody may have taken the port in the meantime.
					throw ex;
				}
			}
		}
	}

	public String host() {
		return this.uri.getHost();
	}

	public int port() {
		return this.uri.getPort();
	}

	public String url() {
		return "redis://" + host() + ":" + port();
	}

	public long pid() {
		return process().pid();
	}

	/** The working directory, in which its files of data lie; it survives a restart. */
	public Path directory() {
		return Objects.requireNonNull(this.directory, "a server of somebody else");
	}

	/**
	 * Starts it again, on the same port and with the same directory; ends it before if it
	 * runs. Returns when it answers.
	 */
	public void restart() {
		stop();
		launch();
	}

	/** Ends it as an operator would; returns when it has gone. */
	public void stop() {
		end(false);
		holdPort();
	}

	/** Ends it at once, by SIGKILL; returns when it has gone. */
	public void kill() {
		end(true);
		holdPort();
	}

	/** Stops it in its tracks (SIGSTOP): connections stay open, nothing is answered. */
	public void pause() {
		Signals.send(process().pid(), "STOP");
	}

	public void resume() {
		Signals.send(process().pid(), "CONT");
	}

	private void launch() {
		Path log = directory().resolve("redis.log");
		List<String> command = new ArrayList<>(List.of(RedisBinary.path().toString(), "--port", String.valueOf(port()),
				"--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
		command.addAll(this.arguments);
		try {
			leavePort();
			this.process = new ProcessBuilder(command).directory(this.directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start();
			if (!Ping.await(port(), this.process, START_TIMEOUT)) {
				this.process.destroyForcibly();
				throw new IllegalStateException("Redis did not start: " + command + "\n" + Files.readString(log));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A connection of the caller's own. */
	public StatefulRedisConnection<byte[], byte[]> connect() {
		return client().connect(ByteArrayCodec.INSTANCE);
	}

	/** A client that closes with this instance. */
	public synchronized RedisClient client() {
		if (this.client == null) {
			this.client = RedisClient.create(TestClients.OWN, this.uri);
		}
		return this.client;
	}

	@Override
	public synchronized void close() {
		if (this.client != null) {
			this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
			this.client = null;
		}
		if (this.process != null) {
			end(true);
			this.process = null;
		}
		leavePort();
		if (this.directory != null) {
			RedisBinary.deleteRecursively(this.directory);
		}
	}

	private void end(boolean forcibly) {
		Process ending = process();
		if (forcibly) {
			ending.destroyForcibly();
		}
		else {
			ending.destroy();
		}
		try {
			if (!ending.waitFor(20, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Redis " + ending.pid() + " does not end");
			}
		}
		catch (InterruptedException ex) {
			ending.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	/** Bound but not listening: connections are refused, as they should be. */
	private void holdPort() {
		if (this.placeholder == null) {
			try {
				Socket socket = new Socket();
				socket.setReuseAddress(true);
				socket.bind(new InetSocketAddress(host(), port()));
				this.placeholder = socket;
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Port " + port() + " is taken already", ex);
			}
		}
	}

	private void leavePort() {
		try {
			if (this.placeholder != null) {
				this.placeholder.close();
				this.placeholder = null;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Process process() {
		if (this.process == null) {
			throw new IllegalStateException("The server at " + url() + " is somebody else's");
		}
		return this.process;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path temporaryDirectory() {
		try {
			return Files.createTempDirectory("redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static final class Shared {

		private static final RedisInstance INSTANCE = open();

		private static RedisInstance open() {
			String url = System.getProperty("redis.url", "");
			return url.isEmpty() ? RedisInstance.start() : new RedisInstance(RedisURI.create(url));
		}

	}

}
