package dev.redisqueue.benchmarks.around;

import java.io.IOException;

import dev.redisqueue.benchmarks.peer.Child;

import static java.util.List.of;

/**
 * A process with one thread that computes without an end, as others do on the machines
 * where a queue is used.
 */
public final class BusyLoop {

	/** The first argument of the program that selects this class. */
	public static final String ARGUMENT = "busy-loop";

	private static volatile long count;

	private BusyLoop() {
	}

	static Child start() throws InterruptedException {
		Child child = Child.again(of(ARGUMENT));
		child.await("ready");
		return child;
	}

	/**
	 * Computes until its input ends.
	 * @throws IOException if there is no input
	 */
	public static void run() throws IOException {
		Thread loop = new Thread(() -> {
			while (true) {
				count++;
			}
		}, ARGUMENT);
		loop.setDaemon(true);
		loop.start();
		System.out.println("ready");
		while (System.in.read() >= 0) {
			// It goes on.
		}
	}

}
