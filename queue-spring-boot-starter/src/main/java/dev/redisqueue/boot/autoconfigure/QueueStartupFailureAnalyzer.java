package dev.redisqueue.boot.autoconfigure;

import dev.redisqueue.boot.properties.QueueStartupException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

// First, since the analyzers of Spring Boot would explain the causes below instead.
@Order(Ordered.HIGHEST_PRECEDENCE)
class QueueStartupFailureAnalyzer extends AbstractFailureAnalyzer<QueueStartupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, QueueStartupException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
