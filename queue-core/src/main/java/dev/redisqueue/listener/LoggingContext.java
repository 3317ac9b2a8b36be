package dev.redisqueue.listener;

import java.util.List;

import org.slf4j.MDC;

/**
 * What the log tells of a message while a handler works on it. What the handler adds goes
 * with it: nothing of one message is told of the next.
 */
final class LoggingContext {

	private static final String QUEUE = "queue";

	private static final String MESSAGE_ID = "messageId";

	private static final String ATTEMPT = "attempt";

	private LoggingContext() {
	}

	static void set(List<? extends TakenDelivery<?>> work) {
		TakenDelivery<?> first = work.get(0);
		MDC.put(QUEUE, first.source().queue().name());
		if (work.size() == 1) {
			int attempt = first.delivery().attempt();
			MDC.put(MESSAGE_ID, first.delivery().id());
			MDC.put(ATTEMPT, (attempt == 1) ? "1" : Integer.toString(attempt));
		}
	}

	static void clear() {
		MDC.clear();
	}

}
