package dev.redisqueue.boot.listener;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.ExpectedLog;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.listener.OrderListeners.TakesPayload;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import dev.redisqueue.redis.RedisQueueFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.handler.annotation.Header;

import static dev.redisqueue.boot.QueueRunner.received;
import static dev.redisqueue.boot.listener.OrderListeners.ORDER;
import static dev.redisqueue.boot.listener.OrderListeners.awaitAcknowledged;
import static dev.redisqueue.boot.listener.OrderListeners.put;
import static dev.redisqueue.boot.listener.OrderListeners.run;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener's method may take.
 */
class ListenerParametersIntegrationTests {

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.of(RedisQueueListenerContainer.class, "no header 'tenant'");

	@Test
	void takesThePayload() {
		run(TakesPayload.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly(ORDER);
			awaitAcknowledged(context, 1);
		});
	}

	@Test
	void takesTheDelivery() {
		run(TakesDelivery.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly(ORDER);
			awaitAcknowledged(context, 1);
		});
	}

	@Test
	void takesBothInAnyOrder() {
		run(TakesBoth.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly("acme Order[id=42, customer=Ada] 1");
			awaitAcknowledged(context, 1);
		});
	}

	@Test
	void takesAListOfPayloads() {
		run(TakesPayloads.class, (context) -> {
			QueueRunner.<Order>queue(context, "orders").putAll(List.of(ORDER, new Order(43, "Bob")));
			QueueRunner.await()
				.untilAsserted(() -> assertThat(received(context).values())
					.flatExtracting((batch) -> new ArrayList<Object>((List<?>) batch))
					.containsExactly(ORDER, new Order(43, "Bob")));
			awaitAcknowledged(context, 2);
		});
	}

	@Test
	void takesAListOfDeliveries() {
		run(TakesDeliveries.class, (context) -> {
			QueueRunner.<Order>queue(context, "orders").putAll(List.of(ORDER, new Order(43, "Bob")));
			received(context).awaitSize(2);
			QueueRunner.await().untilAsserted(() -> {
				RedisQueue<Order> orders = QueueRunner.queue(context, "orders");
				assertThat(orders.deadLetters().size()).isEqualTo(1);
				assertThat(orders.stats().acked()).isEqualTo(1);
			});
		});
	}

	@Test
	void takesHeadersIdAndAttempt() {
		run(TakesHeaders.class, (context) -> {
			QueueRunner.<Order>queue(context, "orders")
				.put(ORDER, PutOptions.create().id("o-42").header("tenant", "acme").header("weight", "17"));
			received(context).awaitExactly(Map.of("id", "o-42", "attempt", 1, "tenant", "acme", "weight", 17L, "region",
					"eu", "priority", Optional.empty()));
		});
	}

	@Test
	void aMissingHeaderFailsTheDelivery() {
		run(TakesHeaders.class, (context) -> {
			put(context, ORDER);
			QueueRunner.await()
				.untilAsserted(() -> assertThat(QueueRunner.<Order>queue(context, "orders").deadLetters().list(0, 1))
					.singleElement()
					.satisfies((letter) -> {
						assertThat(letter.causeMessage().orElseThrow()).contains("no header 'tenant'");
						assertThat(letter.attempts()).as("no other attempt would find it").isOne();
					}));
		});
	}

	@Test
	void takesAPrimitive() {
		run(TakesPrimitive.class, (context) -> {
			QueueRunner.<Integer>queue(context, "numbers").put(7);
			received(context).awaitExactly(7);
		});
	}

	@Test
	void takesAMap() {
		run(TakesMap.class, (context) -> {
			QueueRunner.<Map<String, Object>>queue(context, "maps").put(Map.of("a", 1));
			received(context).awaitExactly(Map.of("a", 1));
		});
	}

	@Test
	void takesAGenericClassFromAQueueOfTheApplicationsOwn() {
		run(TakesGeneric.class, (context) -> {
			QueueRunner.<List<Order>>queue(context, "lists").put(List.of(ORDER));
			received(context).awaitExactly(List.of(ORDER));
		});
	}

	@Test
	void takesAnyDeliveryOfADeclaredQueue() {
		run(TakesAnyDelivery.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly("{\"id\":42,\"customer\":\"Ada\"}");
		}, "redis.queue.queues.orders.payload-type=" + Order.class.getName());
	}

	@Configuration(proxyBeanMethods = false)
	record TakesDelivery(Received received) {

		@RedisQueueListener(queues = "orders")
		void on(Delivery<Order> delivery) {
			this.received.add(delivery.payload());
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesBoth(Received received) {

		@RedisQueueListener("orders")
		void on(@Header("tenant-of") String tenant, Delivery<Order> delivery, Order order) {
			this.received.add(tenant + " " + order + " " + delivery.attempt());
			delivery.ack();
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesPayloads(Received received) {

		@RedisQueueListener(value = "orders", batch = "10")
		void on(List<Order> orders) {
			this.received.add(orders);
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesDeliveries(Received received) {

		@RedisQueueListener(value = "orders", batch = "${listener.batch:10}")
		void on(List<Delivery<Order>> deliveries) {
			for (Delivery<Order> delivery : deliveries) {
				this.received.add(delivery.payload());
				if (delivery.payload().customer().equals("Bob")) {
					delivery.bury("no more orders of Bob");
				}
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesHeaders(Received received) {

		@RedisQueueListener("orders")
		void on(@Header("id") String id, @Header("attempt") int attempt, @Header("tenant") String tenant, Order order,
				@Header(name = "weight", required = false) @Nullable Long weight,
				@Header(name = "region", defaultValue = "eu") String region, @Header Optional<Integer> priority) {
			this.received.add(Map.of("id", id, "attempt", attempt, "tenant", tenant, "weight",
					(weight != null) ? weight : -1L, "region", region, "priority", priority));
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesPrimitive(Received received) {

		@RedisQueueListener("numbers")
		void on(int number) {
			this.received.add(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesMap(Received received) {

		@RedisQueueListener("maps")
		void on(Map<String, Object> map) {
			this.received.add(map);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TakesGeneric {

		private final Received received;

		TakesGeneric(Received received) {
			this.received = received;
		}

		@Bean
		static RedisQueue<List<Order>> lists(RedisQueueFactory factory) {
			return factory.create("lists", new ParameterizedTypeReference<List<Order>>() {
			}, QueueOptions.defaults().withNamespace(UUID.randomUUID().toString()));
		}

		@RedisQueueListener("lists")
		void on(Delivery<List<Order>> delivery) {
			this.received.add(delivery.payload());
		}

	}

	@Configuration(proxyBeanMethods = false)
	record TakesAnyDelivery(Received received) {

		@RedisQueueListener("orders")
		void on(Delivery<?> delivery) {
			this.received.add(new String(delivery.bytes(), StandardCharsets.UTF_8));
		}

	}

}
