package dev.redisqueue.testing;

import org.junit.jupiter.api.extension.Extension;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up before the first tests run side by side: SLF4J warns where several
 * threads begin to log at the same time.
 */
public final class LoggingFirst implements Extension {

	public LoggingFirst() {
		LoggerFactory.getLogger(LoggingFirst.class);
	}

}
