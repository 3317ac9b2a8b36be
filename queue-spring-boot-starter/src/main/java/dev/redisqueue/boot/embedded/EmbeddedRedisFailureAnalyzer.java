package dev.redisqueue.boot.embedded;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Order(Ordered.HIGHEST_PRECEDENCE)
class EmbeddedRedisFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedRedisException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EmbeddedRedisException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Set spring.data.redis.url to the address of a Redis server, for instance redis://localhost:6379. "
						+ "redis.queue.embedded.enabled=false turns the embedded server off.",
				cause);
	}

}
