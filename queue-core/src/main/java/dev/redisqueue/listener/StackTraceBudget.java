package dev.redisqueue.listener;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;

/**
 * Logs failures of handlers, but not all with their stack trace: where everything fails,
 * a few tell enough.
 */
final class StackTraceBudget {

	private static final int MOST = 10;

	private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);

	private static final int LONGEST_TEXT = 300;

	private long periodBegan = System.nanoTime();

	private int used;

	void log(Logger logger, Throwable failure, String message, Object... arguments) {
		if (!logger.isWarnEnabled()) {
			return;
		}
		Object[] all = Arrays.copyOf(arguments, arguments.length + 2);
		all[arguments.length] = text(failure);
		if (use()) {
			all[arguments.length + 1] = failure;
		}
		try {
			logger.warn(message + " ({})", all);
		}
		catch (RuntimeException | Error ex) {
			// The stack trace cannot be made either.
			all[arguments.length + 1] = null;
			logger.warn(message + " ({})", all);
		}
	}

	private synchronized boolean use() {
		long now = System.nanoTime();
		if (now - this.periodBegan > PERIOD) {
			this.periodBegan = now;
			this.used = 0;
		}
		return this.used++ < MOST;
	}

	/** On one line, whatever the message says. */
	private static String text(Throwable failure) {
		String text;
		try {
			text = failure.toString().replaceAll("\\p{Cntrl}", " ");
		}
		catch (RuntimeException | Error ex) {
			// An exception of the application's whose message cannot be made.
			return failure.getClass().getName();
		}
		return (text.length() <= LONGEST_TEXT) ? text : text.substring(0, LONGEST_TEXT) + "...";
	}

}
