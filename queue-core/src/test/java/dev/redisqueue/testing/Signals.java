package dev.redisqueue.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to child processes. */
final class Signals {

	private Signals() {
	}

	static void send(Process process, String name) {
		try {
			int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO()
				.start()
				.waitFor();
			if (code != 0) {
				throw new IllegalStateException("kill -" + name + " " + process.pid() + ": " + code);
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
