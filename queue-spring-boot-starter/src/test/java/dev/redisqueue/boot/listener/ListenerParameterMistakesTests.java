package dev.redisqueue.boot.listener;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.redisqueue.Delivery;
import dev.redisqueue.boot.Mail;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.StartFailure;
import jakarta.validation.Valid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

import static dev.redisqueue.boot.listener.ListenerMistakes.expect;

/**
 * Every mistake that can be made with the parameters of a listener fails the start with
 * an analysis that names the method and the mend. No Redis.
 */
@ExtendWith(StartFailure.class)
class ListenerParameterMistakesTests {

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
	void aDeliveryIsToBeValidated() {
		expect(ValidatedDelivery.class, "ValidatedDelivery.on(Delivery) asks for the validation of a Delivery",
				"Annotate a parameter for the payload");
	}

	@Test
	void aHeaderHasANameThatNoMessageHas() {
		expect(CapitalHeader.class, "has a @Header 'tenantId'", "lower-case");
	}

	@Test
	void aParameterIsForAllHeaders() {
		expect(AllHeaders.class, "AllHeaders.on(Delivery, Map) has a parameter of the type", "a @Header");
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

	static class ValidatedDelivery {

		@RedisQueueListener("orders")
		void on(@Valid Delivery<Order> delivery) {
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

}
