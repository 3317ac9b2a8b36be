package dev.redisqueue.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to child processes. */
final class Signals {

	private Signals() {
	}

	/** To the process, or to all of a group where its id is given as a negative one. */
	static void send(long process, String name) {
		try {
			int code = new ProcessBuilder("kill", "-" + name, "--", String.valueOf(process)).inheritIO()
				.start()
				.waitFor();
			if (code != 0) {
				throw new IllegalStateException("kill -" + name + " " + process + ": " + code);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
