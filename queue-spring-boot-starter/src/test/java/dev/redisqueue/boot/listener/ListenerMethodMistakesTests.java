package dev.redisqueue.boot.listener;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.listener.ListenerMistakes.HiddenListener;
import dev.redisqueue.redis.RedisQueueFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.Async;

import static dev.redisqueue.boot.listener.ListenerMistakes.expect;

/**
 * Every mistake that can be made with the annotation of a listener, its method and its
 * bean fails the start with an analysis that names the method and the mend. No Redis.
 */
@ExtendWith(StartFailure.class)
class ListenerMethodMistakesTests {

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
	void aMethodIsHiddenByTheProxyOfItsBean() {
		expect(HiddenByProxy.class, "cannot be called through the proxy of its bean", "an interface");
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
	void aMethodHasTwoAnnotations() {
		expect(TwoAnnotations.class, "TwoAnnotations.on(Order) has more than one @RedisQueueListener",
				"Name all queues in one");
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

}
