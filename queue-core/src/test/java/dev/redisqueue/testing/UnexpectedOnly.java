package dev.redisqueue.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps from the console what a test has provoked and {@linkplain LogEvents looks at},
 * and the details of the library that are logged only since a test looks.
 */
public final class UnexpectedOnly extends Filter<ILoggingEvent> {

	private Level library = Level.ERROR;

	/** From which level on the library's events are shown. */
	public void setLibrary(String level) {
		this.library = Level.toLevel(level);
	}

	@Override
	public FilterReply decide(ILoggingEvent event) {
		boolean detail = event.getLoggerName().startsWith("dev.redisqueue")
				&& !event.getLevel().isGreaterOrEqual(this.library);
		return (detail || LogEvents.isProvoked(event)) ? FilterReply.DENY : FilterReply.NEUTRAL;
	}

}
