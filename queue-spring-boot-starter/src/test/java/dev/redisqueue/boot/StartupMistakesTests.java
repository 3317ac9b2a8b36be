package dev.redisqueue.boot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.test.tools.SourceFile;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every mistake that can be made in the configuration fails the start with an analysis
 * that names the property, its value and the mend.
 */
class StartupMistakesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RedisQueueAutoConfiguration.class, DataRedisAutoConfiguration.class,
				JacksonAutoConfiguration.class))
		.withInitializer(StartFailure::remember)
		.withPropertyValues("redis.queue.fail-fast=false");

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

	@Test
	void aBeanNameThatIsTakenIsNamedWithItsOwner() {
		this.runner.withUserConfiguration(OrdersOfAnotherKind.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("'redis.queue.queues.orders'")
				.contains("java.lang.StringBuilder")
				.contains(OrdersOfAnotherKind.class.getSimpleName())
				.contains("redis.queue.queues.<other>.name=orders"));
	}

	@ParameterizedTest
	@MethodSource("ours")
	void ourOwnBeanNamesAreTaken(String name) {
		this.runner.withPropertyValues("redis.queue.queues." + name + "=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("redis.queue.queues." + name)
				.contains("is taken by"));
	}

	static List<String> ours() {
		return List.of("redisQueueFactory", "redisQueues", "redisTemplate", "environment");
	}

	@Test
	void anUnknownEnvironmentVariableOfADeclaredQueueIsNamed() {
		withVariables(Map.of("REDIS_QUEUE_QUEUES_ORDERS_LEESE", "5s"), "redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("REDIS_QUEUE_QUEUES_ORDERS_LEESE")
				.contains("'5s'")
				.contains("Did you mean 'REDIS_QUEUE_QUEUES_ORDERS_LEASE'?"));
	}

	@Test
	void anEnvironmentVariableThatSpellsDashesAsUnderscoresIsNamed() {
		withVariables(Map.of("REDIS_QUEUE_QUEUES_ORDER_EVENTS_LEASE", "5s"))
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("REDIS_QUEUE_QUEUES_ORDER_EVENTS_LEASE")
				.contains("Did you mean 'REDIS_QUEUE_QUEUES_ORDEREVENTS_LEASE'?"));
	}

	@Test
	void anUnknownEnvironmentVariableOfTheDefaultsIsNamed() {
		withVariables(Map.of("REDIS_QUEUE_DEFAULTS_MAX_ATTEMPT", "3"))
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("REDIS_QUEUE_DEFAULTS_MAX_ATTEMPT")
				.contains("Did you mean 'REDIS_QUEUE_DEFAULTS_MAXATTEMPTS'?"));
	}

	@Test
	void anUnknownEnvironmentVariableOfAGroupIsNamed() {
		withVariables(Map.of("REDIS_QUEUE_QUEUES_ORDERS_FAILURE_BURRY", "java.io.IOException"),
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
		withVariables(variables).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anInjectedQueueOfAnotherPayloadTypeIsNamedWithTheProperty() {
		this.runner.withUserConfiguration(NeedsOrders.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("NeedsOrders")
				.contains("the queue orders carries java.lang.String")
				.contains("Set redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order"));
	}

	@Test
	void anInjectedQueueIsFoundByItsAlias() {
		this.runner.withUserConfiguration(NeedsPriorityOrders.class)
			.withPropertyValues("redis.queue.queues.priority-orders=")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("the queue priority-orders carries java.lang.String")
				.contains("Set redis.queue.queues.priority-orders.payload-type=dev.redisqueue.boot.Order"));
	}

	@Test
	void anInjectedQueueThatIsNotDeclaredIsNamedWithTheOthers() {
		this.runner.withUserConfiguration(NeedsOrders.class)
			.withPropertyValues("redis.queue.queues.mails=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("no queue is named orders")
				.contains("mails (java.lang.String)")
				.contains("Set redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order"));
	}

	@Test
	void anInjectedQueueWithoutAnyDeclaredIsExplained() {
		this.runner.withUserConfiguration(NeedsOrders.class)
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("no queue is declared")
				.contains("redis.queue.queues.orders.payload-type"));
	}

	@Test
	void anInjectedQueueIsFoundByItsQualifier() {
		this.runner.withUserConfiguration(NeedsQualified.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("the queue orders carries"));
	}

	@Test
	void aMisspelledQualifierIsGivenTheNearestQueue() {
		this.runner.withUserConfiguration(NeedsQualified.class)
			.withPropertyValues("redis.queue.queues.oders.payload-type=dev.redisqueue.boot.Order",
					"redis.queue.queues.mails=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("no queue is named orders")
				.contains("Did you mean 'oders'?"));
	}

	@Test
	void anInjectedQueueOfAGenericClassIsToldHowToBeMade() {
		this.runner.withUserConfiguration(NeedsGeneric.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("asks for a RedisQueue<java.util.List<dev.redisqueue.boot.Order>>")
				.contains("Define it: @Bean RedisQueue<java.util.List<dev.redisqueue.boot.Order>> orders")
				.contains("ParameterizedTypeReference"));
	}

	@Test
	void severalJsonMappersWithoutAPrimaryOneAreNamed() {
		this.runner.withBean("one", JsonMapper.class, JsonMapper::new)
			.withBean("two", JsonMapper.class, JsonMapper::new)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("[one, two]")
				.contains("Mark one JsonMapper bean as @Primary"));
	}

	@Test
	void anInjectedQueueIsExplainedWhereTheCompilerDroppedItsName() {
		SourceFile withoutParameters = SourceFile.of("""
				package com.acme;

				public class NeedsOneOfTwo {

					public NeedsOneOfTwo(dev.redisqueue.RedisQueue<String> orders) {
					}

				}
				""");
		TestCompiler.forSystem()
			.compile(withoutParameters, (compiled) -> this.runner.withClassLoader(compiled.getClassLoader())
				.withUserConfiguration(ClassUtils.resolveClassName("com.acme.NeedsOneOfTwo", compiled.getClassLoader()))
				.withPropertyValues("redis.queue.queues.orders=", "redis.queue.queues.mails=")
				.run((context) -> assertThat(StartFailure.analysis(context)).contains("com.acme.NeedsOneOfTwo")
					.contains("orders (java.lang.String)")
					.contains("Compile with '-parameters'")
					.contains("@Qualifier")));
	}

	@Test
	void aJedisConnectionFactoryIsNamedWithTheProperty() {
		this.runner.withPropertyValues("spring.data.redis.client-type=jedis", "redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("JedisConnectionFactory")
				.contains("spring.data.redis.client-type=lettuce"));
	}

	@Test
	void anUnknownConnectionFactoryIsNamedWithTheKnownOnes() {
		this.runner
			.withPropertyValues("redis.queue.queues.orders=", "redis.queue.queues.orders.connection-factory=billing")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("'redis.queue.queues.orders.connection-factory'")
				.contains("'billing'")
				.contains("redisConnectionFactory"));
	}

	@Test
	void aConnectionFactoryThatIsNoneIsNamed() {
		this.runner.withUserConfiguration(OrdersOfAnotherKind.class)
			.withPropertyValues("redis.queue.queues.mails=", "redis.queue.defaults.connection-factory=orders")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("'redis.queue.defaults.connection-factory'")
				.contains("'orders'"));
	}

	@Test
	void severalConnectionFactoriesWithoutAPrimaryOneAreNamed() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("billing")
				.contains("shipping")
				.contains("redis.queue.defaults.connection-factory"));
	}

	@Test
	void aMissingConnectionFactoryIsExplained() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RedisQueueAutoConfiguration.class))
			.withInitializer(StartFailure::remember)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("no RedisConnectionFactory bean")
				.contains("spring.data.redis.url"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OrdersOfAnotherKind {

		@Bean
		StringBuilder orders() {
			return new StringBuilder();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsOrders {

		NeedsOrders(RedisQueue<Order> orders) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsPriorityOrders {

		NeedsPriorityOrders(RedisQueue<Order> priorityOrders) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsQualified {

		NeedsQualified(@Qualifier("orders") RedisQueue<Order> anything) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsGeneric {

		NeedsGeneric(RedisQueue<List<Order>> orders) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConnectionFactories {

		@Bean
		LettuceConnectionFactory billing() {
			return new LettuceConnectionFactory();
		}

		@Bean
		LettuceConnectionFactory shipping() {
			return new LettuceConnectionFactory();
		}

	}

	private ApplicationContextRunner withVariables(Map<String, Object> variables, String... properties) {
		return this.runner.withPropertyValues(properties)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables)));
	}

}
