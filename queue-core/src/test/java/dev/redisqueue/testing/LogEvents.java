package dev.redisqueue.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a class logs of one queue while a test looks. The test has provoked it, so that it
 * does not go on to the console. Several tests may look at the same time.
 */
public final class LogEvents implements AutoCloseable {

	/** What a line ends with that came with a stack trace. */
	public static final String STACK_TRACE = " [stack trace]";

	private static final List<LogEvents> LOOKING = new CopyOnWriteArrayList<>();

	/** The level of each logger before anybody looked. */
	private static final Map<Logger, @Nullable Level> LEVELS = new HashMap<>();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final List<String> stackTraces = new CopyOnWriteArrayList<>();

	private final Logger logger;

	private final String queue;

	private final Recorder recorder = new Recorder();

	private volatile Runnable action = () -> {
	};

	private LogEvents(Logger logger, String queue) {
		this.logger = logger;
		this.queue = queue;
	}

	/** Of the queue, everything that this class logs from now on. */
	public static LogEvents of(Class<?> type, String queue) {
		return new LogEvents((Logger) LoggerFactory.getLogger(type), queue).look(Level.DEBUG);
	}

	/** Everything that the library logs from now on, down to the last detail. */
	public static LogEvents ofAll() {
		return new LogEvents((Logger) LoggerFactory.getLogger("dev.redisqueue"), "").look(Level.TRACE);
	}

	/** Whether a test looks at it just now. */
	static boolean isProvoked(ILoggingEvent event) {
		return LOOKING.stream()
			.anyMatch((events) -> event.getLoggerName().startsWith(events.logger.getName()) && events.concerns(event));
	}

	private LogEvents look(Level level) {
		synchronized (LEVELS) {
			LEVELS.putIfAbsent(this.logger, this.logger.getLevel());
			LOOKING.add(this);
			this.logger.setLevel(level);
		}
		this.recorder.start();
		this.logger.addAppender(this.recorder);
		return this;
	}

	private boolean concerns(ILoggingEvent event) {
		return event.getFormattedMessage().contains(this.queue);
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
		this.logger.detachAppender(this.recorder);
		synchronized (LEVELS) {
			LOOKING.remove(this);
			if (LOOKING.stream().noneMatch((events) -> events.logger == this.logger)) {
				this.logger.setLevel(LEVELS.remove(this.logger));
			}
		}
	}

	private final class Recorder extends UnsynchronizedAppenderBase<ILoggingEvent> {

		@Override
		protected void append(ILoggingEvent event) {
			if (!concerns(event)) {
				return;
			}
			boolean hasTrace = event.getThrowableProxy() != null;
			LogEvents.this.lines
				.add(event.getLevel() + " " + event.getFormattedMessage() + (hasTrace ? STACK_TRACE : ""));
			if (hasTrace) {
				LogEvents.this.stackTraces.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
			}
			LogEvents.this.action.run();
		}

	}

}
