package dev.redisqueue.boot.properties;

import java.util.stream.Stream;

import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.StartFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every mistake that can be made in the properties fails the start with an analysis that
 * names the property, its value and the mend.
 */
@ExtendWith(StartFailure.class)
class StartupMistakesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

	static Stream<Arguments> properties() {
		return Stream.of(
				mistake("redis.queue.queues.orders.paylod-type=com.acme.Order", "redis.queue.queues.orders.paylod-type",
						"com.acme.Order", "Did you mean 'redis.queue.queues.orders.payload-type'?"),
				mistake("redis.queue.queus.orders.lease=5s", "redis.queue.queus.orders.lease", "5s",
						"Did you mean 'redis.queue.queues.orders.lease'?"),
				mistake("redis.queue.orders.lease=5s", "redis.queue.orders.lease", "5s",
						"Did you mean 'redis.queue.queues.orders.lease'?"),
				mistake("redis.queue.orders=", "redis.queue.orders", "''", "Did you mean 'redis.queue.queues.orders'?"),
				mistake("redis.queue.fail-fats=true", "redis.queue.fail-fats", "true",
						"Did you mean 'redis.queue.fail-fast'?"),
				mistake("redis.queue.default.lease=5s", "redis.queue.default.lease", "5s",
						"Did you mean 'redis.queue.defaults.lease'?"),
				mistake("redis.queue.lease=5s", "redis.queue.lease", "5s",
						"Did you mean 'redis.queue.defaults.lease'?"),
				mistake("redis.queue.defaults.namespace=jobs", "redis.queue.defaults.namespace", "jobs",
						"Did you mean 'redis.queue.namespace'?"),
				mistake("redis.queue.embedded.enable=false", "redis.queue.embedded.enable", "false",
						"Did you mean 'redis.queue.embedded.enabled'?"),
				mistake("redis.queue.queues.a.b.lease=5s", "redis.queue.queues.a.b.lease", "5s",
						"Did you mean 'redis.queue.queues[a.b].lease'?"),
				mistake("redis.queue.queues.orders.failure.burry=java.io.IOException",
						"redis.queue.queues.orders.failure.burry", "java.io.IOException",
						"Did you mean 'redis.queue.queues.orders.failure.bury'?"),
				mistake("redis.queue.queues.orders.failures.bury=java.io.IOException",
						"redis.queue.queues.orders.failures.bury", "java.io.IOException",
						"Did you mean 'redis.queue.queues.orders.failure.bury'?"),
				mistake("redis.queue.queues.orders.failure-bury=java.io.IOException",
						"redis.queue.queues.orders.failure-bury", "java.io.IOException",
						"Did you mean 'redis.queue.queues.orders.failure.bury'?"),
				mistake("redis.queue.orders.failure.bury=java.io.IOException", "redis.queue.orders.failure.bury",
						"java.io.IOException", "Did you mean 'redis.queue.queues.orders.failure.bury'?"),
				mistake("redis.queue.failure.bury=java.io.IOException", "redis.queue.failure.bury",
						"java.io.IOException", "Did you mean 'redis.queue.defaults.failure.bury'?"),
				mistake("redis.queue.queues.orders.backoff.frist=1s", "redis.queue.queues.orders.backoff.frist", "1s",
						"Did you mean 'redis.queue.queues.orders.backoff.first'?"),
				mistake("redis.queue.defaults.dead-letter.limit=5", "redis.queue.defaults.dead-letter.limit", "5",
						"Did you mean 'redis.queue.defaults.dead-letters.limit'?"),
				mistake("redis.queue.queues.orders.failure=bury", "redis.queue.queues.orders.failure", "bury",
						"Did you mean 'redis.queue.queues.orders.failure."),
				mistake("redis.queue.queues.orders.lease[0]=5s", "redis.queue.queues.orders.lease[0]", "5s",
						"Correct 'redis.queue.queues.orders.lease[0]'"),
				mistake("redis.queue.queues.orders.max-size=-1", "redis.queue.queues.orders.max-size", "-1",
						"any number"),
				mistake("redis.queue.queues.orders.when-full=drop", "redis.queue.queues.orders.when-full", "drop",
						"REJECT"),
				mistake("redis.queue.queues.orders.put-timeout=-1s", "redis.queue.queues.orders.put-timeout", "-1s",
						"zero to ten years"),
				mistake("redis.queue.queues.orders.hold-warning=5ms", "redis.queue.queues.orders.hold-warning", "5ms",
						"1 s to ten years"),
				mistake("redis.queue.queues.orders.max-hold=5ms", "redis.queue.queues.orders.max-hold", "5ms",
						"1 s to ten years"),
				mistake("redis.queue.queues.orders.expired-messages=lose", "redis.queue.queues.orders.expired-messages",
						"lose", "DISCARD"),
				mistake("redis.queue.queues.orders.dead-letters.limit=-5",
						"redis.queue.queues.orders.dead-letters.limit", "-5", "0 (all) or more"),
				mistake("redis.queue.queues.orders.dead-letters.age=5ms", "redis.queue.queues.orders.dead-letters.age",
						"5ms", "1 s to ten years"),
				mistake("redis.queue.queues.orders.backoff.first=11m", "redis.queue.queues.orders.backoff.first", "11m",
						"the longest no shorter"),
				mistake("redis.queue.transactions=none", "redis.queue.transactions", "none",
						"Did you mean 'redis.queue.transaction'?"),
				mistake("redis.queue.queues.orders.lease.max=5s", "redis.queue.queues.orders.lease.max", "5s",
						"Correct 'redis.queue.queues.orders.lease.max', or remove it"),
				mistake("redis.queue.password=hunter2", "redis.queue.password", "******",
						"Did you mean 'spring.data.redis.password'?"),
				mistake("redis.queue.url=redis://user:hunter2@host:6379", "redis.queue.url", "redis://******@host:6379",
						"Did you mean 'spring.data.redis.url'?"),
				mistake("redis.queue.embedded=false", "'redis.queue.embedded'", "false",
						"Did you mean 'redis.queue.embedded.enabled'?"),
				mistake("redis.queue=orders", "'redis.queue'", "orders", "Did you mean 'redis.queue.queues.<name>'?"),
				mistake("redis.queue.queues.orders.payload-type=com.acme.Ordr",
						"redis.queue.queues.orders.payload-type", "com.acme.Ordr", "no such class"),
				mistake("redis.queue.defaults.payload-type=com.acme.Ordr", "redis.queue.defaults.payload-type",
						"com.acme.Ordr", "the full name of a class"),
				mistake("redis.queue.queues.orders=com.acme.Order", "redis.queue.queues.orders", "com.acme.Order",
						"redis.queue.queues.orders.payload-type"),
				mistake("redis.queue.queues.{orders}.lease=5s", "redis.queue.queues.{orders}.lease", "5s",
						"Rename the queue"),
				mistake("redis.queue.queues[{orders}].lease=5s", "redis.queue.queues[{orders}]", "{orders}",
						"Rename the queue"),
				mistake("redis.queue.queues.orders.name={orders}", "redis.queue.queues.orders.name", "{orders}",
						"Correct redis.queue.queues.orders.name"),
				mistake("redis.queue.queues.orders.name=", "redis.queue.queues.orders.name", "''",
						"Correct redis.queue.queues.orders.name"),
				mistake("redis.queue.queues.orders.name=" + "x".repeat(129), "redis.queue.queues.orders.name",
						"x".repeat(129), "1 to 128 letters"),
				mistake("redis.queue.queues.orders.namespace=a{b}", "redis.queue.queues.orders.namespace", "a{b}",
						"Correct redis.queue.queues.orders.namespace"),
				mistake("redis.queue.queues.orders.lease=500ms", "redis.queue.queues.orders.lease", "500ms",
						"from 1 s to 1 h"),
				mistake("redis.queue.queues.orders.lease=-5s", "redis.queue.queues.orders.lease", "-5s",
						"from 1 s to 1 h"),
				mistake("redis.queue.queues.orders.lease=2h", "redis.queue.queues.orders.lease", "2h",
						"from 1 s to 1 h"),
				mistake("redis.queue.queues.orders.lease=soon", "redis.queue.queues.orders.lease", "soon", "Duration"),
				mistake("redis.queue.queues.orders.max-attempts=0", "redis.queue.queues.orders.max-attempts", "0",
						"be 1 or more"),
				mistake("redis.queue.queues.orders.format=json", "redis.queue.queues.orders.format", "json", "FRAMED"),
				mistake("redis.queue.queues.orders.database=-1", "redis.queue.queues.orders.database", "-1",
						"be 0 or more"),
				mistake("redis.queue.queues.orders.max-put-size=9MB", "redis.queue.queues.orders.max-received-size",
						"9437184", "would become a dead letter"),
				mistake("redis.queue.queues.orders.max-put-size=0B", "redis.queue.queues.orders.max-put-size", "0B",
						"be 1 or more"),
				mistake("redis.queue.queues.orders.max-received-size=3GB",
						"redis.queue.queues.orders.max-received-size", "3GB", "less than 2GB"));
	}

	private static Arguments mistake(String property, String name, String value, String mend) {
		return Arguments.of(property, name, value, mend);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("properties")
	void aWrongPropertyIsNamedWithItsValueAndTheMend(String property, String name, String value, String mend) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(StartFailure.analysis(context)).contains(name)
				.contains(value)
				.contains(mend)
				.doesNotContain("hunter2"));
	}

	@Test
	void aWrongDefaultIsNamedAsTheDefault() {
		this.runner.withPropertyValues("redis.queue.queues.orders=", "redis.queue.defaults.lease=10ms")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("'redis.queue.defaults.lease'")
				.contains("queue 'orders'")
				.contains("'10ms'"));
	}

	@Test
	void aWrongNamespaceOfAllIsNamed() {
		this.runner.withPropertyValues("redis.queue.queues.orders=", "redis.queue.namespace={tenant}")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("'redis.queue.namespace'")
				.contains("'{tenant}'"));
	}

	@Test
	void twoQueuesOnOneListAreRefused() {
		this.runner.withPropertyValues("redis.queue.queues.orders=", "redis.queue.queues.bestellungen.name=orders")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("'redis.queue.queues.orders'")
				.contains("'redis.queue.queues.bestellungen'")
				.contains("'queue:orders'")
				.contains("Set redis.queue.queues.bestellungen.name"));
	}

	@Test
	void twoQueuesThatDifferInDashesAreRefused() {
		this.runner.withPropertyValues("redis.queue.queues.priority-orders=", "redis.queue.queues.priorityOrders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("'priority-orders'")
				.contains("'priorityOrders'")
				.contains("differ only in dashes"));
	}

}
