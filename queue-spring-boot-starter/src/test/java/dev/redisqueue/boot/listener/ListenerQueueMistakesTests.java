package dev.redisqueue.boot.listener;

import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Mail;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.listener.ListenerMistakes.HiddenListener;
import dev.redisqueue.boot.listener.ListenerMistakes.TakesOrders;
import dev.redisqueue.redis.RedisQueueFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;

import static dev.redisqueue.boot.listener.ListenerMistakes.expect;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every mistake that can be made with the queues of a listener fails the start with an
 * analysis that names the method and the mend. No Redis.
 */
@ExtendWith(StartFailure.class)
class ListenerQueueMistakesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

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
	void aQueueOfTheParentCarriesAnotherClass() {
		this.runner.withUserConfiguration(MailsAsOrders.class)
			.run((parent) -> this.runner.withParent(parent)
				.withUserConfiguration(TakesOrders.class)
				.run((context) -> assertThat(StartFailure.analysis(context))
					.contains("which carries " + Mail.class.getName())));
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

	static class TwoClasses {

		@RedisQueueListener("orders")
		void one(Order order) {
		}

		@RedisQueueListener("orders")
		void two(Mail mail) {
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

	static class MailsAsOrders {

		@Bean
		RedisQueue<Mail> orders(RedisQueueFactory factory) {
			return factory.create("orders", Mail.class);
		}

	}

}
