package dev.redisqueue.boot.listener;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Objects;
import java.util.UUID;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.Received;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.listener.OrderListeners.TakesPayload;
import dev.redisqueue.redis.RedisQueueFactory;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;

import static dev.redisqueue.boot.QueueRunner.received;
import static dev.redisqueue.boot.listener.OrderListeners.ORDER;
import static dev.redisqueue.boot.listener.OrderListeners.awaitAcknowledged;
import static dev.redisqueue.boot.listener.OrderListeners.put;
import static dev.redisqueue.boot.listener.OrderListeners.run;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What kinds of methods may listen.
 */
class ListenerMethodsIntegrationTests {

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
		OrderListeners.runner()
			.withUserConfiguration(TakesPayload.class)
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
			QueueRunner.<Order>queue(context, "normal").put(new Order(1, "late"));
			QueueRunner.<Order>queue(context, "urgent").put(new Order(2, "early"));
			context.getBean(RedisQueueListenerRegistry.class).containers().forEach((container) -> container.start());
			received(context).awaitExactly(new Order(2, "early"), new Order(1, "late"));
		});
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
