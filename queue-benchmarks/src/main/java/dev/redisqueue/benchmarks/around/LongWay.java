package dev.redisqueue.benchmarks.around;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.benchmarks.peer.Child;
import io.lettuce.core.RedisURI;

import static java.util.List.of;

/**
 * A process between the contenders and Redis that lets each byte arrive later, half of
 * the time on the way there and half of it on the way back, and slows nothing otherwise:
 * any number of bytes is on its way.
 */
public final class LongWay {

	/** The first argument of the program that selects this class. */
	public static final String ARGUMENT = "long-way";

	private static final int CHUNK = 1 << 16;

	private LongWay() {
	}

	static Child start(RedisURI redis, Duration away) {
		return Child
			.again(of(ARGUMENT, redis.getHost(), String.valueOf(redis.getPort()), String.valueOf(away.toNanos())));
	}

	/**
	 * Passes on until its input ends, and says at which port.
	 * @param args {@link #ARGUMENT}, host, port and how many nanoseconds the way there
	 * and back takes
	 * @throws IOException if there is no input, or no port
	 */
	public static void run(String[] args) throws IOException {
		long oneWay = Long.parseLong(args[3]) / 2;
		try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			start(() -> {
				while (true) {
					Socket client = listener.accept();
					Socket server = new Socket(args[1], Integer.parseInt(args[2]));
					pass(client, server, oneWay);
					pass(server, client, oneWay);
				}
			});
			System.out.println("ready " + listener.getLocalPort());
			while (System.in.read() >= 0) {
				// It goes on.
			}
		}
	}

	private static void pass(Socket from, Socket to, long nanos) throws IOException {
		to.setTcpNoDelay(true);
		BlockingQueue<Chunk> onItsWay = new LinkedBlockingQueue<>();
		InputStream in = from.getInputStream();
		OutputStream out = to.getOutputStream();
		start(() -> {
			byte[] buffer = new byte[CHUNK];
			try {
				for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
					byte[] bytes = new byte[length];
					System.arraycopy(buffer, 0, bytes, 0, length);
					onItsWay.add(new Chunk(bytes, System.nanoTime() + nanos));
				}
			}
			finally {
				onItsWay.add(new Chunk(new byte[0], System.nanoTime()));
			}
		});
		start(() -> {
			try (from; to) {
				for (Chunk chunk = onItsWay.take(); chunk.bytes.length > 0; chunk = onItsWay.take()) {
					for (long left = chunk.due - System.nanoTime(); left > 0; left = chunk.due - System.nanoTime()) {
						LockSupport.parkNanos(left);
					}
					out.write(chunk.bytes);
				}
			}
		});
	}

	private static void start(Passing passing) {
		Thread thread = new Thread(() -> {
			try {
				passing.run();
			}
			catch (IOException ex) {
				// One of the two ends has gone.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, ARGUMENT);
		thread.setDaemon(true);
		thread.start();
	}

	@FunctionalInterface
	private interface Passing {

		void run() throws IOException, InterruptedException;

	}

	private record Chunk(byte[] bytes, long due) {
	}

}
