package dev.redisqueue.boot.properties;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.StartFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every mistake that can be made in environment variables fails the start with an
 * analysis that names the variable, its value and the mend.
 */
@ExtendWith(StartFailure.class)
class VariableMistakesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

	@Test
	void anUnknownEnvironmentVariableOfADeclaredQueueIsNamed() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_ORDERS_LEESE", "5s"), "redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("REDIS_QUEUE_QUEUES_ORDERS_LEESE")
				.contains("'5s'")
				.contains("Did you mean 'REDIS_QUEUE_QUEUES_ORDERS_LEASE'?"));
	}

	@Test
	void anEnvironmentVariableThatSpellsDashesAsUnderscoresIsNamed() {
		QueueRunner.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_ORDER_EVENTS_LEASE", "5s"))
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("REDIS_QUEUE_QUEUES_ORDER_EVENTS_LEASE")
				.contains("Did you mean 'REDIS_QUEUE_QUEUES_ORDEREVENTS_LEASE'?"));
	}

	@Test
	void anUnknownEnvironmentVariableOfTheDefaultsIsNamed() {
		QueueRunner.withVariables(this.runner, Map.of("REDIS_QUEUE_DEFAULTS_MAX_ATTEMPT", "3"))
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("REDIS_QUEUE_DEFAULTS_MAX_ATTEMPT")
				.contains("Did you mean 'REDIS_QUEUE_DEFAULTS_MAXATTEMPTS'?"));
	}

	@Test
	void anUnknownEnvironmentVariableOfAGroupIsNamed() {
		QueueRunner
			.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_ORDERS_FAILURE_BURRY", "java.io.IOException"),
					"redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("REDIS_QUEUE_QUEUES_ORDERS_FAILURE_BURRY")
				.contains("Did you mean 'REDIS_QUEUE_QUEUES_ORDERS_FAILURE_BURY'?"));
	}

	@Test
	void variablesThatOthersSetAreLeftAlone() {
		Map<String, Object> variables = new LinkedHashMap<>();
		variables.put("REDIS_QUEUE_PORT", "tcp://10.0.0.1:6379");
		variables.put("REDIS_QUEUE_SERVICE_HOST", "10.0.0.1");
		variables.put("REDIS_QUEUE_QUEUES_SERVICE_PORT_REDIS", "6379");
		variables.put("REDIS_QUEUE_PASSWORD", "secret");
		variables.put("REDIS_QUEUE_DEFAULTS_PAYLOAD_TYPE", "java.lang.String");
		variables.put("REDIS_QUEUE_DEFAULTS_PAYLOADTYPE", "java.lang.String");
		QueueRunner.withVariables(this.runner, variables).run((context) -> assertThat(context).hasNotFailed());
	}

}
