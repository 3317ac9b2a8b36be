package dev.redisqueue.boot.queues;

import java.util.List;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.StartFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.test.tools.SourceFile;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue that cannot be injected fails the start with an analysis that names the
 * property and the mend.
 */
@ExtendWith(StartFailure.class)
class QueueInjectionMistakesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

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

}
