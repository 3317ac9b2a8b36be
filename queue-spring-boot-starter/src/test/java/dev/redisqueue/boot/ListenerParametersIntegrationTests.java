package dev.redisqueue.boot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener's method may take, and what kinds of methods may listen.
 */
class ListenerParametersIntegrationTests {

	private static final Order ORDER = new Order(42, "Ada");

	private final ApplicationContextRunner runner = ListenerRunner.online().withBean(Received.class);

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
			ListenerRunner.<Order>queue(context, "orders").putAll(List.of(ORDER, new Order(43, "Bob")));
			ListenerRunner.await()
				.untilAsserted(() -> assertThat(received(context).values())
					.flatExtracting((batch) -> new ArrayList<Object>((List<?>) batch))
					.containsExactly(ORDER, new Order(43, "Bob")));
			awaitAcknowledged(context, 2);
		});
	}

	@Test
	void takesAListOfDeliveries() {
		run(TakesDeliveries.class, (context) -> {
			ListenerRunner.<Order>queue(context, "orders").putAll(List.of(ORDER, new Order(43, "Bob")));
			received(context).awaitSize(2);
			ListenerRunner.await().untilAsserted(() -> {
				RedisQueue<Order> orders = ListenerRunner.queue(context, "orders");
				assertThat(orders.deadLetters().size()).isEqualTo(1);
				assertThat(orders.stats().acked()).isEqualTo(1);
			});
		});
	}

	@Test
	void takesHeadersIdAndAttempt() {
		run(TakesHeaders.class, (context) -> {
			ListenerRunner.<Order>queue(context, "orders")
				.put(ORDER, PutOptions.create().id("o-42").header("tenant", "acme").header("weight", "17"));
			received(context).awaitExactly(Map.of("id", "o-42", "attempt", 1, "tenant", "acme", "weight", 17L, "region",
					"eu", "priority", Optional.empty()));
		});
	}

	@Test
	void aMissingHeaderFailsTheDelivery() {
		run(TakesHeaders.class, (context) -> {
			put(context, ORDER);
			ListenerRunner.await()
				.untilAsserted(() -> assertThat(ListenerRunner.<Order>queue(context, "orders").deadLetters().list(0, 1))
					.singleElement()
					.satisfies((letter) -> assertThat(letter.causeMessage().orElseThrow())
						.contains("no header 'tenant'")));
		}, "redis.queue.queues.orders.max-attempts=1");
	}

	@Test
	void takesAPrimitive() {
		run(TakesPrimitive.class, (context) -> {
			ListenerRunner.<Integer>queue(context, "numbers").put(7);
			received(context).awaitExactly(7);
		});
	}

	@Test
	void takesAMap() {
		run(TakesMap.class, (context) -> {
			ListenerRunner.<Map<String, Object>>queue(context, "maps").put(Map.of("a", 1));
			received(context).awaitExactly(Map.of("a", 1));
		});
	}

	@Test
	void takesAGenericClassFromAQueueOfTheApplicationsOwn() {
		run(TakesGeneric.class, (context) -> {
			ListenerRunner.<List<Order>>queue(context, "lists").put(List.of(ORDER));
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

	@Test
	void whatItReturnsIsIgnored() {
		run(Returns.class, (context) -> {
			put(context, ORDER);
			awaitAcknowledged(context, 1);
		});
	}

	@Test
	void aPrivateMethodListens() {
		run(PrivateMethod.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly(ORDER);
		});
	}

	@Test
	void anInheritedMethodWithATypeVariableListens() {
		run(Inherits.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly(ORDER);
		});
	}

	@Test
	void anAnnotationMadeOfOursListens() {
		run(MetaAnnotated.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly(ORDER);
			assertThat(context.getBean(RedisQueueListenerRegistry.class).container("composed")).isPresent();
		});
	}

	@Test
	void aBeanBehindAProxyOfItsClassListensThroughTheProxy() {
		run(ProxiedClass.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly("advice", ORDER);
		});
	}

	@Test
	void aBeanBehindAProxyOfItsInterfaceListensThroughTheProxy() {
		run(ProxiedInterface.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly("advice", ORDER);
		});
	}

	@Test
	void aBeanOfAScopeListensThroughItsProxy() {
		run(Scoped.class, (context) -> {
			put(context, ORDER);
			received(context).awaitExactly(ORDER);
			assertThat(context.getBean(RedisQueueListenerRegistry.class).containers()).singleElement()
				.satisfies((container) -> assertThat(container.id()).isEqualTo("listener.on"));
		});
	}

	@Test
	void aLazyBeanListens() {
		this.runner.withUserConfiguration(TakesPayload.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				put(context, ORDER);
				received(context).awaitExactly(ORDER);
			});
	}

	@Test
	void aLaterQueueIsAskedWhereTheEarlierOnesAreEmpty() {
		run(SeveralQueues.class, (context) -> {
			ListenerRunner.<Order>queue(context, "normal").put(new Order(1, "late"));
			ListenerRunner.<Order>queue(context, "urgent").put(new Order(2, "early"));
			context.getBean(RedisQueueListenerRegistry.class).containers().forEach((container) -> container.start());
			received(context).awaitExactly(new Order(2, "early"), new Order(1, "late"));
		});
	}

	private void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> test, String... properties) {
		this.runner.withUserConfiguration(configuration).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static void put(BeanFactory context, Order order) {
		ListenerRunner.<Order>queue(context, "orders").put(order, PutOptions.create().header("tenant-of", "acme"));
	}

	private static Received received(BeanFactory context) {
		return context.getBean(Received.class);
	}

	private static void awaitAcknowledged(BeanFactory context, int number) {
		ListenerRunner.await()
			.untilAsserted(() -> assertThat(ListenerRunner.queue(context, "orders").stats()).satisfies((stats) -> {
				assertThat(stats.acked()).isEqualTo(number);
				assertThat(stats.taken()).isZero();
			}));
	}

	@Configuration(proxyBeanMethods = false)
	record TakesPayload(Received received) {

		@RedisQueueListener("orders")
		void on(Order order) {
			this.received.add(order);
		}

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

	@Configuration(proxyBeanMethods = false)
	static class Returns {

		@RedisQueueListener("orders")
		Object on(Order order) {
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrivateMethod {

		private final Received received;

		PrivateMethod(Received received) {
			this.received = received;
		}

		@RedisQueueListener("orders")
		private void on(Order order) {
			this.received.add(order);
		}

	}

	abstract static class Base<T> {

		private final Received received;

		Base(Received received) {
			this.received = received;
		}

		@RedisQueueListener("orders")
		void on(T payload) {
			this.received.add(payload);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Inherits extends Base<Order> {

		Inherits(Received received) {
			super(received);
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@RedisQueueListener(id = "composed")
	@interface OnOrders {

		@AliasFor(annotation = RedisQueueListener.class, attribute = "queues")
		String queue() default "orders";

	}

	@Configuration(proxyBeanMethods = false)
	record MetaAnnotated(Received received) {

		@OnOrders
		void on(Order order) {
			this.received.add(order);
		}

	}

	static class Listener {

		private final Received received;

		Listener(Received received) {
			this.received = received;
		}

		@RedisQueueListener("orders")
		void on(Order order) {
			this.received.add(order);
		}

	}

	/** A proxy with an advice, as that of a transaction. */
	record Advice(BeanFactory beanFactory, boolean ofClass) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!beanName.equals("listener")) {
				return bean;
			}
			ProxyFactory factory = new ProxyFactory(bean);
			factory.setProxyTargetClass(this.ofClass);
			factory.addAdvice((MethodInterceptor) (invocation) -> {
				this.beanFactory.getBean(Received.class).add("advice");
				return invocation.proceed();
			});
			return factory.getProxy(bean.getClass().getClassLoader());
		}

	}

	static class ProxiedClass {

		@Bean
		static BeanPostProcessor advice(BeanFactory beanFactory) {
			return new Advice(beanFactory, true);
		}

		@Bean
		ProxiedListener listener(Received received) {
			return new ProxiedListener(received);
		}

	}

	public static class ProxiedListener implements Listening {

		private final @Nullable Received received;

		public ProxiedListener() {
			this(null);
		}

		ProxiedListener(@Nullable Received received) {
			this.received = received;
		}

		@Override
		@RedisQueueListener("orders")
		public void on(Order order) {
			Objects.requireNonNull(this.received).add(order);
		}

	}

	public interface Listening {

		void on(Order order);

	}

	static class ProxiedInterface {

		@Bean
		static BeanPostProcessor advice(BeanFactory beanFactory) {
			return new Advice(beanFactory, false);
		}

		@Bean
		Listening listener(Received received) {
			return new ProxiedListener(received);
		}

		@Bean
		static RedisQueue<Order> orders(RedisQueueFactory factory) {
			return factory.create("orders-" + UUID.randomUUID(), Order.class);
		}

	}

	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Listener listener(Received received) {
			return new Listener(received);
		}

	}

	@Configuration(proxyBeanMethods = false)
	record SeveralQueues(Received received) {

		@RedisQueueListener(queues = { "urgent", "normal" }, autoStartup = "false")
		void on(Order order) {
			this.received.add(order);
		}

	}

}
