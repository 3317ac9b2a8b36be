package dev.redisqueue.boot;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;
import dev.redisqueue.redis.RedisQueueFactory;
import jakarta.validation.Valid;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.scheduling.annotation.Async;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every mistake that can be made with a listener fails the start with an analysis that
 * names the method and the mend. No Redis.
 */
class ListenerMistakesTests {

	private final ApplicationContextRunner runner = ListenerRunner.offline();

	@Test
	void noQueueIsNamed() {
		expect(NoQueue.class, "NoQueue.on(Order) names no queue", "Name it: @RedisQueueListener(\"orders\")");
	}

	@Test
	void aQueueIsNamedEmpty() {
		expect(PlaceholderQueue.class, "PlaceholderQueue.on(Order) names a queue '${listener.queue}', which is empty",
				"set the property", "listener.queue=");
	}

	@Test
	void aPlaceholderIsNotSet() {
		expect(PlaceholderQueue.class, "has '${listener.queue}' in its queues", "Set the property");
	}

	@Test
	void aQueueIsNamedTwice() {
		expect(SameQueueTwice.class, "names the queue 'orders' twice", "Name it once");
	}

	@Test
	void aNameIsNoNameOfAQueue() {
		expect(NoNameOfAQueue.class, "NoNameOfAQueue.on(Order) names the queue 'or ders'", "Correct the name");
	}

	@Test
	void aNameIsThatOfAnotherBean() {
		expect(NameOfAnotherBean.class, "the bean of that name is a java.lang.StringBuilder", "rename that bean");
	}

	@Test
	void aParameterIsOfAnUnknownKind() {
		expect(UnknownParameter.class,
				"UnknownParameter.on(Order, Message) has a parameter of the type "
						+ "org.springframework.messaging.Message<java.lang.String> (number 2)",
				"A listener takes the payload, its Delivery, a List of either, or a @Header");
	}

	@Test
	void aParameterIsACallableOfDeliveries() {
		expect(DeliveriesInSomethingElse.class, "Callable<dev.redisqueue.Delivery<", "a List of either");
	}

	@Test
	void aParameterIsAnOpenTypeVariable() {
		expect(OpenTypeVariable.class, "OpenTypeVariable.on(Object) has a parameter of the type", "takes the payload");
	}

	@Test
	void thereIsNoPayload() {
		expect(NoPayload.class, "NoPayload.on(String) takes neither a payload nor a Delivery", "Add a parameter");
	}

	@Test
	void thereAreTwoPayloads() {
		expect(TwoPayloads.class, "TwoPayloads.on(Order, Mail) has two parameters for the payload", "@Header");
	}

	@Test
	void payloadAndDeliveryDiffer() {
		expect(PayloadAndDeliveryDiffer.class,
				"takes a payload of dev.redisqueue.boot.Mail and one of dev.redisqueue.boot.Order",
				"use the same in all parameters");
	}

	@Test
	void aListHasNoBatch() {
		expect(ListWithoutBatch.class, "takes a List, but its batch is 1", "Set batch=\"100\"");
	}

	@Test
	void aBatchHasNoList() {
		expect(BatchWithoutList.class, "has a batch of 10, but does not take a List", "Take a List");
	}

	@Test
	void aBatchHasAHeader() {
		expect(BatchWithHeader.class, "has a batch of 10 and a @Header", "Take a List<Delivery<...>>");
	}

	@Test
	void aBatchIsToBeValidated() {
		expect(BatchToBeValidated.class, "asks for the validation of a batch", "validate in the method");
	}

	@Test
	void theConcurrencyIsNoNumber() {
		expect(Concurrency.class, "has the concurrency 'many' (from '${listener.concurrency}')",
				"Correct the concurrency", "listener.concurrency=many");
	}

	@Test
	void theConcurrencyIsZero() {
		expect(Concurrency.class, "has the concurrency '0'", "Correct the concurrency", "listener.concurrency=0");
	}

	@Test
	void theBatchIsTooLarge() {
		expect(BatchTooLarge.class, "has the batch '1001'; it must be a number from 1 to 1000", "Correct the batch");
	}

	@Test
	void autoStartupIsNoFlag() {
		expect(AutoStartup.class, "has the autoStartup 'later'; it must be true or false", "Correct the autoStartup");
	}

	@Test
	void twoListenersHaveOneId() {
		expect(TwoWithOneId.class, "TwoWithOneId.two(Order) has the id 'shipping', which is also that of the listener "
				+ TwoWithOneId.class.getName() + ".one(Order)", "another id");
	}

	@Test
	void twoListenersTakeDifferentClassesFromOneQueue() {
		expect(TwoClasses.class,
				"TwoClasses.two(Mail) takes dev.redisqueue.boot.Mail from the queue 'orders', but the listener "
						+ TwoClasses.class.getName() + ".one(Order) takes dev.redisqueue.boot.Order from it",
				"take the same in both");
	}

	@Test
	void thePropertyHasAnotherClass() {
		expect(TakesOrders.class,
				"TakesOrders.on(Order) takes dev.redisqueue.boot.Order from the queue 'orders', but the property "
						+ "'redis.queue.queues.orders.payload-type' is 'dev.redisqueue.boot.Mail'",
				"Set redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order",
				"redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Mail");
	}

	@Test
	void aQueueOfTheApplicationsOwnCarriesAnotherClass() {
		expect(OwnQueue.class, "OwnQueue.on(Order) takes dev.redisqueue.boot.Order from the queue 'orders', which "
				+ "carries dev.redisqueue.boot.Mail", "Take a dev.redisqueue.boot.Mail");
	}

	@Test
	void aGenericClassNeedsAQueueOfTheApplicationsOwn() {
		expect(Generic.class, "takes java.util.List<dev.redisqueue.boot.Order> from the queue 'orders'",
				"made with a ParameterizedTypeReference");
	}

	@Test
	void theNamesOfTwoQueuesDifferInDashes() {
		expect(Dashes.class, "'priority-orders' and 'priorityorders'", "Spell the name alike");
	}

	@Test
	void aListenerThatItsDefinitionHidesNamesAQueueThatNobodyDeclares() {
		expect(Hidden.class, "names the queue 'orders', which nothing declares",
				"let the @Bean method return the class of the listener");
	}

	@Test
	void aHeaderHasATypeToWhichNothingConverts() {
		expect(HeaderOfAnyType.class, "has a @Header 'tenant' of the type", "Take a String");
	}

	@Test
	void aHeaderThatMayBeMissingIsAPrimitive() {
		expect(PrimitiveHeader.class, "a message may lack, but int cannot be null", "Take its wrapper");
	}

	@Test
	void theDefaultOfAHeaderIsNoValueOfIt() {
		expect(DefaultOfHeader.class, "has a @Header 'weight' with the defaultValue 'heavy'", "Correct the default");
	}

	@Test
	void aMethodIsHiddenByTheProxyOfItsBean() {
		expect(HiddenByProxy.class, "cannot be called through the proxy of its bean", "an interface");
	}

	@Test
	void theQueuesOfOneListenerDifferInTheirSettings() {
		expect(SeveralQueues.class,
				"listens to the queues urgent, normal, which differ in concurrency, handler-timeout or failure policy",
				"Set these alike", "redis.queue.queues.urgent.handler-timeout=5s");
	}

	@Test
	void theQueuesOfOneListenerDifferInTheirPolicies() {
		expect(SeveralQueues.class, "listens to the queues urgent, normal, which differ", "Set these alike",
				"redis.queue.queues.urgent.failure.bury=java.io.IOException");
	}

	@Test
	void theConcurrencyOfAQueueIsOutOfRange() {
		expect(TakesOrders.class, "The property 'redis.queue.queues.orders.concurrency' of the queue 'orders' is '0'",
				"Correct redis.queue.queues.orders.concurrency", "redis.queue.queues.orders.concurrency=0");
	}

	@Test
	void theHandlerTimeoutIsOutOfRange() {
		expect(TakesOrders.class, "The property 'redis.queue.defaults.handler-timeout' of the queue 'orders' is '0s'",
				"Correct redis.queue.defaults.handler-timeout", "redis.queue.defaults.handler-timeout=0s");
	}

	@Test
	void theShutdownTimeoutIsNegative() {
		expect(TakesOrders.class, "'redis.queue.shutdown-timeout'", "Correct redis.queue.shutdown-timeout",
				"redis.queue.shutdown-timeout=-1s");
	}

	@Test
	void aFailureNamesNoClass() {
		expect(TakesOrders.class,
				"The property 'redis.queue.queues.orders.failure.bury' names 'com.acme.Oops'. There is no such class",
				"Correct redis.queue.queues.orders.failure.bury",
				"redis.queue.queues.orders.failure.bury=java.io.IOException,com.acme.Oops");
	}

	@Test
	void aFailureNamesNoException() {
		expect(TakesOrders.class, "names 'java.lang.String'. That class is no exception",
				"Correct redis.queue.defaults.failure.retry", "redis.queue.defaults.failure.retry=java.lang.String");
	}

	@Test
	void oneExceptionHasTwoOutcomes() {
		expect(TakesOrders.class,
				"The properties 'redis.queue.queues.orders.failure.retry' and "
						+ "'redis.queue.queues.orders.failure.discard' both name java.io.IOException",
				"remove it from one of the two", "redis.queue.queues.orders.failure.retry=java.io.IOException",
				"redis.queue.queues.orders.failure.discard=java.io.IOException");
	}

	@Test
	void severalPoliciesAreForAllQueues() {
		expect(TwoPolicies.class, "There are several FailurePolicy beans", "Mark one as @Primary");
	}

	@Test
	void aQueueHasItsPolicyTwice() {
		expect(PolicyOfOrders.class,
				"The queue 'orders' has the failure policy of the bean 'ordersFailurePolicy', and the properties "
						+ "'redis.queue.queues.orders.failure.*'",
				"Remove redis.queue.queues.orders.failure.*",
				"redis.queue.queues.orders.failure.bury=java.io.IOException");
	}

	@Test
	void aMethodEndsBeforeItsWork() {
		expect(ReturnsFuture.class, "ReturnsFuture.on(Order) returns a java.util.concurrent.CompletableFuture",
				"Wait for the result");
	}

	@Test
	void aMethodRunsElsewhere() {
		expect(Asynchronous.class, "Asynchronous.on(Order) is @Async", "Remove @Async");
	}

	@Test
	void aFinalMethodIsBehindTheProxyOfItsClass() {
		expect(FinalMethod.class, "FinalListener.on(Order) cannot be called through the proxy of its bean",
				"not final");
	}

	@Test
	void aDeliveryIsToBeValidated() {
		expect(ValidatedDelivery.class, "ValidatedDelivery.on(Delivery) asks for the validation of a Delivery",
				"Annotate a parameter for the payload");
	}

	@Test
	void aMethodHasTwoAnnotations() {
		expect(TwoAnnotations.class, "TwoAnnotations.on(Order) has more than one @RedisQueueListener",
				"Name all queues in one");
	}

	@Test
	void aHeaderHasANameThatNoMessageHas() {
		expect(CapitalHeader.class, "has a @Header 'tenantId'", "lower-case");
	}

	@Test
	void aParameterIsForAllHeaders() {
		expect(AllHeaders.class, "AllHeaders.on(Delivery, Map) has a parameter of the type", "a @Header");
	}

	@Test
	void aQueueOfTheParentCarriesAnotherClass() {
		this.runner.withUserConfiguration(MailsAsOrders.class)
			.run((parent) -> this.runner.withParent(parent)
				.withUserConfiguration(TakesOrders.class)
				.run((context) -> assertThat(StartFailure.analysis(context))
					.contains("which carries " + Mail.class.getName())));
	}

	private void expect(Class<?> configuration, String description, String action, String... properties) {
		this.runner.withUserConfiguration(configuration)
			.withPropertyValues(properties)
			.run((context) -> assertThat(StartFailure.analysis(context)).contains(description)
				.satisfies(
						(analysis) -> assertThat(analysis.substring(analysis.indexOf("\nAction: "))).contains(action)));
	}

	static class NoQueue {

		@RedisQueueListener
		void on(Order order) {
		}

	}

	static class PlaceholderQueue {

		@RedisQueueListener("${listener.queue}")
		void on(Order order) {
		}

	}

	static class SameQueueTwice {

		@RedisQueueListener({ "orders", "orders" })
		void on(Order order) {
		}

	}

	static class NoNameOfAQueue {

		@RedisQueueListener("or ders")
		void on(Order order) {
		}

	}

	static class NameOfAnotherBean {

		@Bean
		StringBuilder orders() {
			return new StringBuilder();
		}

		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class UnknownParameter {

		@RedisQueueListener("orders")
		void on(Order order, Message<String> message) {
		}

	}

	static class DeliveriesInSomethingElse {

		@RedisQueueListener("orders")
		void on(Callable<Delivery<Order>> deliveries) {
		}

	}

	static class OpenTypeVariable<T> {

		@RedisQueueListener("orders")
		void on(T payload) {
		}

	}

	static class NoPayload {

		@RedisQueueListener("orders")
		void on(@Header("id") String id) {
		}

	}

	static class TwoPayloads {

		@RedisQueueListener("orders")
		void on(Order order, Mail mail) {
		}

	}

	static class PayloadAndDeliveryDiffer {

		@RedisQueueListener("orders")
		void on(Mail mail, Delivery<Order> delivery) {
		}

	}

	static class ListWithoutBatch {

		@RedisQueueListener("orders")
		void on(List<Order> orders) {
		}

	}

	static class BatchWithoutList {

		@RedisQueueListener(value = "orders", batch = "10")
		void on(Order order) {
		}

	}

	static class BatchWithHeader {

		@RedisQueueListener(value = "orders", batch = "10")
		void on(List<Order> orders, @Header("id") String id) {
		}

	}

	static class BatchToBeValidated {

		@RedisQueueListener(value = "orders", batch = "10")
		void on(@Valid List<Order> orders) {
		}

	}

	static class Concurrency {

		@RedisQueueListener(value = "orders", concurrency = "${listener.concurrency}")
		void on(Order order) {
		}

	}

	static class BatchTooLarge {

		@RedisQueueListener(value = "orders", batch = "1001")
		void on(List<Order> orders) {
		}

	}

	static class AutoStartup {

		@RedisQueueListener(value = "orders", autoStartup = "later")
		void on(Order order) {
		}

	}

	static class TwoWithOneId {

		@RedisQueueListener(value = "orders", id = "shipping")
		void one(Order order) {
		}

		@RedisQueueListener(value = "orders", id = "shipping")
		void two(Order order) {
		}

	}

	static class TwoClasses {

		@RedisQueueListener("orders")
		void one(Order order) {
		}

		@RedisQueueListener("orders")
		void two(Mail mail) {
		}

	}

	static class TakesOrders {

		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class OwnQueue {

		@Bean
		RedisQueue<Mail> orders(RedisQueueFactory factory) {
			return factory.create("orders", Mail.class);
		}

		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class Generic {

		@RedisQueueListener("orders")
		void on(Delivery<List<Order>> orders) {
		}

	}

	static class Dashes {

		@RedisQueueListener("priority-orders")
		void one(Order order) {
		}

		@RedisQueueListener("priorityorders")
		void two(Order order) {
		}

	}

	static class Hidden {

		@Bean
		Runnable listener() {
			return new HiddenListener();
		}

	}

	static class HiddenListener implements Runnable {

		@Override
		public void run() {
		}

		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class HeaderOfAnyType {

		@RedisQueueListener("orders")
		void on(Order order, @Header("tenant") Runnable tenant) {
		}

	}

	static class PrimitiveHeader {

		@RedisQueueListener("orders")
		void on(Order order, @Header(name = "weight", required = false) int weight) {
		}

	}

	static class DefaultOfHeader {

		@RedisQueueListener("orders")
		void on(Order order, @Header(name = "weight", defaultValue = "heavy") int weight) {
		}

	}

	static class HiddenByProxy {

		@Bean
		RedisQueue<Order> orders(RedisQueueFactory factory) {
			return factory.create("orders", Order.class);
		}

		@Bean
		Runnable listener() {
			return (Runnable) new ProxyFactory(Runnable.class, new SingletonTargetSource(new HiddenListener()))
				.getProxy(getClass().getClassLoader());
		}

	}

	static class SeveralQueues {

		@RedisQueueListener({ "urgent", "normal" })
		void on(Order order) throws IOException {
		}

	}

	static class TwoPolicies extends TakesOrders {

		@Bean
		FailurePolicy one() {
			return FailurePolicy.defaults();
		}

		@Bean
		FailurePolicy two() {
			return FailurePolicy.defaults();
		}

	}

	static class PolicyOfOrders extends TakesOrders {

		@Bean
		FailurePolicy ordersFailurePolicy() {
			return (delivery, failure) -> FailureOutcome.bury();
		}

	}

	static class ReturnsFuture {

		@RedisQueueListener("orders")
		CompletableFuture<Void> on(Order order) {
			return new CompletableFuture<>();
		}

	}

	static class Asynchronous {

		@Async
		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class FinalMethod {

		@Bean
		static BeanPostProcessor proxies() {
			return new BeanPostProcessor() {
				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!(bean instanceof FinalListener)) {
						return bean;
					}
					ProxyFactory factory = new ProxyFactory(bean);
					factory.setProxyTargetClass(true);
					return factory.getProxy();
				}
			};
		}

		@Bean
		FinalListener listener() {
			return new FinalListener();
		}

	}

	static class FinalListener {

		@RedisQueueListener("orders")
		final void on(Order order) {
		}

	}

	static class ValidatedDelivery {

		@RedisQueueListener("orders")
		void on(@Valid Delivery<Order> delivery) {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@RedisQueueListener("mails")
	@interface OnMails {

	}

	static class TwoAnnotations {

		@OnMails
		@RedisQueueListener("orders")
		void on(Order order) {
		}

	}

	static class CapitalHeader {

		@RedisQueueListener("orders")
		void on(Order order, @Header(required = false) String tenantId) {
		}

	}

	static class AllHeaders {

		@RedisQueueListener("orders")
		void on(Delivery<?> delivery, @Headers Map<String, Object> headers) {
		}

	}

	static class MailsAsOrders {

		@Bean
		RedisQueue<Mail> orders(RedisQueueFactory factory) {
			return factory.create("orders", Mail.class);
		}

	}

}
