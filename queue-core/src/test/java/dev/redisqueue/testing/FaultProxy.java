package dev.redisqueue.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a Redis, command by command and reply by reply, and breaks
 * what the test tells it to break. Without a fault it passes everything on.
 */
public final class FaultProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();

	private final AtomicInteger sprung = new AtomicInteger();

	private final AtomicInteger connections = new AtomicInteger();

	private final Object gate = new Object();

	private volatile int port;

	private volatile long delay;

	private boolean hole;

	private volatile boolean refusing;

	private FaultProxy(int port) throws IOException {
		this.port = port;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start("accept", this::accept);
	}

	/** A proxy before that server. */
	public static FaultProxy before(RedisInstance redis) {
		try {
			return new FaultProxy(redis.port());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The port to connect to. */
	public int port() {
		return this.listener.getLocalPort();
	}

	/** Lets the next command that contains the token fail as said. Once. */
	public void trap(Fault fault, String token) {
		this.trap.set(new Trap(fault, token.getBytes(StandardCharsets.ISO_8859_1)));
	}

	/** How many connections were made. */
	public int connections() {
		return this.connections.get();
	}

	/** How many traps have sprung. */
	public int sprung() {
		return this.sprung.get();
	}

	/**
	 * From now on nothing passes, in either direction, and nobody is told: neither bytes
	 * nor the end of a connection, old and new ones alike.
	 */
	public void hole() {
		synchronized (this.gate) {
			this.hole = true;
		}
	}

	/** Ends a {@link #hole()}; what was held passes on. */
	public void heal() {
		synchronized (this.gate) {
			this.hole = false;
			this.gate.notifyAll();
		}
	}

	/** Cuts every connection at once. */
	public void reset() {
		this.links.forEach(Link::cut);
	}

	/** Cuts every connection and takes no new ones, until {@link #accepting()}. */
	public void refuse() {
		this.refusing = true;
		reset();
	}

	public void accepting() {
		this.refusing = false;
	}

	/** Holds every reply back for so long. */
	public void delayReplies(Duration by) {
		this.delay = by.toNanos();
	}

	/** New connections go to another server; those there are stay. */
	public void redirect(RedisInstance redis) {
		this.port = redis.port();
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		heal();
		reset();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			if (this.refusing) {
				close(client);
				continue;
			}
			try {
				Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), this.port));
				this.links.add(link);
				this.connections.incrementAndGet();
				start("commands", link::commands);
				start("replies", link::replies);
			}
			catch (IOException ex) {
				close(client);
			}
		}
	}

	private void awaitGate() {
		synchronized (this.gate) {
			while (this.hole) {
				try {
					this.gate.wait();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	private static void start(String name, Pump pump) {
		Thread thread = new Thread(() -> {
			try {
				pump.run();
			}
			catch (IOException ex) {
				// One of the two ends has gone.
			}
		}, "fault-proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	private static void close(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// It is closed, then.
		}
	}

	/** What can befall a command. */
	public enum Fault {

		/** The server carries it out; its reply is lost with the connection. */
		LOSE_REPLY,

		/** It is lost with the connection before the server sees it. */
		LOSE_COMMAND,

		/** Its reply comes after one that nobody has asked for. */
		SURPLUS_REPLY,

		/** Its reply is lost, and the connection goes on. */
		SWALLOW_REPLY,

		/** Its reply is one of another type. */
		OTHER_REPLY,

		/** It is answered, and after that nothing passes any more on any connection. */
		HOLE_AFTER_REPLY

	}

	private record Trap(Fault fault, byte[] token) {

		boolean catches(byte[] command) {
			outer: for (int i = 0; i + this.token.length <= command.length; i++) {
				for (int j = 0; j < this.token.length; j++) {
					if (command[i + j] != this.token[j]) {
						continue outer;
					}
				}
				return true;
			}
			return false;
		}

	}

	@FunctionalInterface
	private interface Pump {

		void run() throws IOException;

	}

	/** One client's connection. */
	private final class Link {

		private final Socket client;

		private final Socket server;

		private volatile long commands;

		private volatile long losing = Long.MAX_VALUE;

		private volatile long holeAfter = Long.MAX_VALUE;

		private volatile long odd = Long.MAX_VALUE;

		private volatile @Nullable Fault oddness;

		Link(Socket client, Socket server) throws IOException {
			this.client = client;
			this.server = server;
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
		}

		void commands() throws IOException {
			try {
				RespFrames frames = new RespFrames(new BufferedInputStream(this.client.getInputStream(), 1 << 16));
				OutputStream out = this.server.getOutputStream();
				while (true) {
					byte[] command = frames.next();
					awaitGate();
					this.commands++;
					if (isLost(command)) {
						return;
					}
					out.write(command);
				}
			}
			finally {
				awaitGate();
				cut();
			}
		}

		private boolean isLost(byte[] command) {
			Trap set = FaultProxy.this.trap.get();
			if (set == null || !set.catches(command) || !FaultProxy.this.trap.compareAndSet(set, null)) {
				return false;
			}
			switch (set.fault()) {
				case LOSE_REPLY -> this.losing = this.commands;
				case HOLE_AFTER_REPLY -> this.holeAfter = this.commands;
				case SURPLUS_REPLY, SWALLOW_REPLY, OTHER_REPLY -> {
					this.oddness = set.fault();
					this.odd = this.commands;
				}
				case LOSE_COMMAND -> FaultProxy.this.sprung.incrementAndGet();
			}
			return set.fault() == Fault.LOSE_COMMAND;
		}

		void replies() throws IOException {
			try {
				RespFrames frames = new RespFrames(new BufferedInputStream(this.server.getInputStream(), 1 << 16));
				OutputStream out = this.client.getOutputStream();
				for (long replies = 1;;) {
					byte[] reply = frames.next();
					if (FaultProxy.this.delay > 0) {
						LockSupport.parkNanos(FaultProxy.this.delay);
					}
					awaitGate();
					boolean push = RespFrames.isPush(reply);
					if (!push && replies == this.losing) {
						FaultProxy.this.sprung.incrementAndGet();
						return;
					}
					boolean last = !push && replies == this.holeAfter;
					if (last) {
						// Before the client can send what follows from the reply.
						hole();
					}
					out.write((!push && replies == this.odd) ? odd(reply) : reply);
					if (last) {
						FaultProxy.this.sprung.incrementAndGet();
					}
					replies += push ? 0 : 1;
				}
			}
			finally {
				awaitGate();
				cut();
			}
		}

		private byte[] odd(byte[] reply) {
			FaultProxy.this.sprung.incrementAndGet();
			if (this.oddness == Fault.SWALLOW_REPLY) {
				return new byte[0];
			}
			byte[] other = ((this.oddness == Fault.OTHER_REPLY) ? "*2\r\n$1\r\nx\r\n:5\r\n" : ":7\r\n")
				.getBytes(StandardCharsets.ISO_8859_1);
			if (this.oddness == Fault.OTHER_REPLY) {
				return other;
			}
			byte[] both = Arrays.copyOf(other, other.length + reply.length);
			System.arraycopy(reply, 0, both, other.length, reply.length);
			return both;
		}

		void cut() {
			FaultProxy.this.links.remove(this);
			close(this.client);
			close(this.server);
		}

	}

}
