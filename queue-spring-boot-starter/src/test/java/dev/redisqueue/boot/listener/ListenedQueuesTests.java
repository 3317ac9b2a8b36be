package dev.redisqueue.boot.listener;

import java.io.IOException;
import java.util.Map;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Mail;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.properties.QueueSettings;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.redis.RedisQueueFactory;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.OverridingClassLoader;
import org.springframework.core.ResolvableType;
import org.springframework.samples.queue.SampleListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Queues that listeners declare, or whose payload type they tell. No Redis.
 */
class ListenedQueuesTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

	@Test
	void aQueueThatOnlyAListenerNamesIsABeanOfItsClass() {
		this.runner.withUserConfiguration(TakesOrders.class, NeedsOrders.class).run((context) -> {
			assertThat(context.getBean(NeedsOrders.class).orders.name()).isEqualTo("orders");
			assertThat(ofClass(context, Order.class)).containsExactly("orders");
		});
	}

	@Test
	void aQueueWithoutAPayloadTypeTakesThatOfTheListener() {
		this.runner.withUserConfiguration(TakesOrders.class)
			.withPropertyValues("redis.queue.queues.orders.lease=10s")
			.run((context) -> {
				assertThat(ofClass(context, Order.class)).containsExactly("orders");
				assertThat(context.getBean(RedisQueueSettings.class).queue("orders").options().lease()).hasSeconds(10);
			});
	}

	@Test
	void theClassOfAListenerGoesBeforeThatOfTheDefaults() {
		this.runner.withUserConfiguration(TakesOrders.class)
			.withPropertyValues("redis.queue.defaults.payload-type=dev.redisqueue.boot.Mail",
					"redis.queue.queues.mails=")
			.run((context) -> {
				assertThat(ofClass(context, Order.class)).containsExactly("orders");
				assertThat(ofClass(context, Mail.class)).containsExactly("mails");
			});
	}

	@Test
	void aPropertyOfTheSameClassIsNoMistake() {
		this.runner.withUserConfiguration(TakesOrders.class)
			.withPropertyValues("redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order")
			.run((context) -> assertThat(ofClass(context, Order.class)).containsExactly("orders"));
	}

	@Test
	void aDashedNameHasItsAlias() {
		this.runner.withUserConfiguration(TakesPriorityOrders.class)
			.run((context) -> assertThat(context.getBean("priorityOrders"))
				.isSameAs(context.getBean("priority-orders")));
	}

	@Test
	void aListenerMayNameTheAliasOfAConfiguredQueue() {
		this.runner.withUserConfiguration(TakesTheAlias.class)
			.withPropertyValues("redis.queue.queues.priority-orders.lease=10s")
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("priority-orders");
				assertThat(ofClass(context, Order.class)).containsExactly("priority-orders");
			});
	}

	@Test
	void aVariableJoinsTheQueueThatOnlyAListenerNames() {
		QueueRunner.withVariables(this.runner, Map.of("REDIS_QUEUE_QUEUES_PRIORITYORDERS_NAME", "urgent"))
			.withUserConfiguration(TakesPriorityOrders.class)
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("priority-orders");
				assertThat(context.getBean("priority-orders", RedisQueue.class).name()).isEqualTo("urgent");
			});
	}

	@Test
	void aVariableOfAGroupJoinsItsQueue() {
		QueueRunner
			.withVariables(this.runner,
					Map.of("REDIS_QUEUE_QUEUES_PRIORITYORDERS_DEADLETTERS_LIMIT", "7",
							"REDIS_QUEUE_QUEUES_PRIORITYORDERS_FAILURE_BURY_0", "java.io.IOException",
							"REDIS_QUEUE_DEFAULTS_BACKOFF_LONGEST", "1h"))
			.withUserConfiguration(TakesPriorityOrders.class)
			.run((context) -> {
				QueueSettings queue = context.getBean(RedisQueueSettings.class).queue("priority-orders");
				assertThat(queue.options().deadLetterLimit()).isEqualTo(7);
				assertThat(queue.options().backoff()).hasToString("ExponentialBackoff[first=PT1S, longest=PT1H]");
				assertThat(queue.listeners().failures().outcomes()).containsOnlyKeys(IOException.class);
			});
	}

	@Test
	void theQueueOfTheApplicationIsListenedTo() {
		this.runner.withUserConfiguration(OwnOrders.class)
			.run((context) -> assertThat(context.getBean(RedisQueueListenerRegistry.class).containers()).singleElement()
				.satisfies((container) -> assertThat(container.queues()).extracting(RedisQueue::name)
					.containsExactly("own-orders")));
	}

	@Test
	void aServiceInAPackageNamedLikeThoseOfSpringListens() {
		this.runner.withBean(SampleListener.class)
			.run((context) -> assertThat(context).hasNotFailed().hasBean("samples"));
	}

	@Test
	void aBeanThatIsNeverMadeMayLackAClassOfItsMethods() throws ClassNotFoundException {
		Class<?> broken = new WithoutOrders().loadClass(TakesOrder.class.getName());
		assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(broken::getDeclaredMethods);
		RootBeanDefinition definition = new RootBeanDefinition(broken);
		definition.setLazyInit(true);
		this.runner
			.withInitializer(
					(context) -> ((BeanDefinitionRegistry) context).registerBeanDefinition("broken", definition))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anApplicationWithoutListenersHasAnEmptyRegistry() {
		this.runner
			.run((context) -> assertThat(context.getBean(RedisQueueListenerRegistry.class).containers()).isEmpty());
	}

	private static String[] ofClass(ApplicationContext context, Class<?> payload) {
		return context.getBeanNamesForType(ResolvableType.forClassWithGenerics(RedisQueue.class, payload));
	}

	@Configuration(proxyBeanMethods = false)
	static class TakesOrders {

		@RedisQueueListener(queues = "orders", autoStartup = "false")
		void on(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TakesPriorityOrders {

		@RedisQueueListener(queues = "priority-orders", autoStartup = "false")
		void on(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TakesTheAlias {

		@RedisQueueListener(queues = "priorityOrders", autoStartup = "false")
		void on(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsOrders {

		private final RedisQueue<Order> orders;

		NeedsOrders(RedisQueue<Order> anyName) {
			this.orders = anyName;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnOrders {

		@Bean
		RedisQueue<Order> orders(RedisQueueFactory factory) {
			return factory.create("own-orders", Order.class);
		}

		@RedisQueueListener(queues = "orders", autoStartup = "false")
		void on(Order order) {
		}

	}

	static class TakesOrder {

		void on(Order order) {
		}

	}

	/** As where an optional library is not on the class path. */
	private static final class WithoutOrders extends OverridingClassLoader {

		WithoutOrders() {
			super(ListenedQueuesTests.class.getClassLoader());
		}

		@Override
		public Class<?> loadClass(String name) throws ClassNotFoundException {
			if (name.equals(Order.class.getName())) {
				throw new ClassNotFoundException(name);
			}
			return super.loadClass(name);
		}

		@Override
		protected boolean isEligibleForOverriding(String className) {
			return className.equals(TakesOrder.class.getName());
		}

	}

}
