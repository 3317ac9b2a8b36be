package dev.redisqueue.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * What a class logs of one queue while a test looks.
 */
public final class LogEvents implements AutoCloseable {

	/** What a line ends with that came with a stack trace. */
	public static final String STACK_TRACE = " [stack trace]";

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final List<String> stackTraces = new CopyOnWriteArrayList<>();

	private final Logger logger;

	private final Level level;

	private final AppenderBase<ILoggingEvent> appender;

	private volatile Runnable action = () -> {
	};

	private LogEvents(Logger logger, String queue) {
		this.logger = logger;
		this.level = logger.getLevel();
		this.appender = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				if (event.getFormattedMessage().contains(queue)) {
					LogEvents.this.lines.add(event.getLevel() + " " + event.getFormattedMessage()
							+ ((event.getThrowableProxy() != null) ? STACK_TRACE : ""));
					if (event.getThrowableProxy() != null) {
						LogEvents.this.stackTraces.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
					}
					LogEvents.this.action.run();
				}
			}

		};
	}

	/** Of the queue, everything that this class logs from now on. */
	public static LogEvents of(Class<?> type, String queue) {
		LogEvents events = new LogEvents((Logger) LoggerFactory.getLogger(type), queue);
		events.appender.start();
		events.logger.setLevel(Level.DEBUG);
		events.logger.setAdditive(false);
		events.logger.addAppender(events.appender);
		return events;
	}

	/** Everything that the library logs from now on, down to the last detail. */
	public static LogEvents ofAll() {
		LogEvents events = new LogEvents((Logger) LoggerFactory.getLogger("dev.redisqueue"), "");
		events.appender.start();
		events.logger.setLevel(Level.TRACE);
		events.logger.setAdditive(false);
		events.logger.addAppender(events.appender);
		return events;
	}

	/** What the thread that logs does at each event, before it goes on. */
	public void atEach(Runnable action) {
		this.action = action;
	}

	/** Level and text of each event. */
	public List<String> lines() {
		return this.lines;
	}

	/** The stack trace of each event that has one, with all messages. */
	public List<String> stackTraces() {
		return this.stackTraces;
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(this.level);
		this.logger.setAdditive(true);
	}

}
