package dev.redisqueue.boot;

import java.net.ConnectException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipException;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.autoconfigure.RedisQueueAutoConfiguration;
import dev.redisqueue.boot.properties.QueueStartupException;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Processes an application ahead of time, and starts the code that was generated.
 */
// The generated code may use what is package-private, as after a real build.
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final String[] PROPERTIES = { "redis.queue.fail-fast=false",
			"redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order",
			"redis.queue.queues.mails.payload-type=dev.redisqueue.boot.Postcard",
			"redis.queue.queues.priority-orders.payload-type=dev.redisqueue.boot.Order",
			"redis.queue.queues.blobs.payload-type=byte[]", "redis.queue.queues.lines=",
			"redis.queue.defaults.failure.release=java.net.ConnectException",
			"redis.queue.queues.mails.failure.bury=java.util.zip.ZipException" };

	@RegisterExtension
	private final ExpectedLog log = ExpectedLog.of(GenericApplicationContext.class,
			"Exception encountered during context initialization");

	private final TestGenerationContext generated = new TestGenerationContext();

	@Test
	void theScriptsAndThePayloadTypesHaveHints() {
		RuntimeHints hints = process().getRuntimeHints();
		assertThat(RuntimeHintsPredicates.resource().forResource("dev/redisqueue/redis/store/take.lua")).accepts(hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("dev/redisqueue/redis/store/include/alive.lua"))
			.accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Order.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(Order.class.getConstructors()[0]))
			.accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Postcard.class)).accepts(hints);
	}

	@Test
	void listenersAndTheirPayloadTypesHaveHints() {
		RuntimeHints hints = process().getRuntimeHints();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Listens.class, "on")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(Parcel.class.getConstructors()[0]))
			.accepts(hints);
	}

	@Test
	void whatIsFoundByItsNameHasHints() {
		RuntimeHints hints = process().getRuntimeHints();
		for (Class<?> type : List.of(ConnectException.class, ZipException.class, ConstraintViolationException.class,
				Validator.class)) {
			assertThat(RuntimeHintsPredicates.reflection().onType(type)).accepts(hints);
		}
	}

	@Test
	void theProcessedApplicationHasTheSameListeners() {
		process();
		start((context) -> assertThat(context.getBean(RedisQueueListenerRegistry.class).ofQueue("fragileParcels"))
			.singleElement()
			.satisfies((container) -> {
				assertThat(container.id()).isEqualTo("parcels");
				assertThat(container.queues()).extracting(RedisQueue::name).containsExactly("fragile-parcels");
			}), PROPERTIES);
	}

	@Test
	void theFieldThatTheCoreReadsHasAHint() {
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(LettuceConnectionFactory.class, "configuration"))
			.accepts(process().getRuntimeHints());
	}

	@Test
	void theProcessedApplicationHasTheSameQueues() {
		process();
		start((context) -> {
			assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("orders", "mails", "priority-orders",
					"blobs", "lines", "fragile-parcels");
			NeedsQueues needs = context.getBean(NeedsQueues.class);
			assertThat(needs.orders.name()).isEqualTo("orders");
			assertThat(needs.mails.name()).isEqualTo("mails");
			assertThat(needs.priorityOrders.name()).isEqualTo("priority-orders");
		}, PROPERTIES);
	}

	@Test
	void otherSettingsAreThoseOfTheRunTime() {
		process();
		String[] properties = Arrays.copyOf(PROPERTIES, PROPERTIES.length + 1);
		properties[PROPERTIES.length] = "redis.queue.queues.orders.name=orders-v2";
		start((context) -> assertThat(context.getBean("orders", RedisQueue.class).name()).isEqualTo("orders-v2"),
				properties);
	}

	@Test
	void anotherPayloadTypeThanThatOfTheBuildIsRefused() {
		process();
		String[] properties = PROPERTIES.clone();
		properties[1] = "redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Postcard";
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> start((context) -> {
		}, properties))
			.havingRootCause()
			.isInstanceOf(QueueStartupException.class)
			.withMessageContaining("'redis.queue.queues.orders.payload-type'")
			.withMessageContaining("'dev.redisqueue.boot.Postcard'")
			.withMessageContaining("'dev.redisqueue.boot.Order' when this application was built");
	}

	@Test
	void aQueueThatIsNoLongerDeclaredIsRefused() {
		process();
		String[] properties = PROPERTIES.clone();
		properties[1] = "redis.queue.queues.somewhere=";
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> start((context) -> {
		}, properties))
			.havingRootCause()
			.isInstanceOf(QueueStartupException.class)
			.withMessageContaining("'orders' is part of this build");
	}

	private GenerationContext process() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(PROPERTIES).applyTo(context);
		context.register(Application.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, this.generated);
		this.generated.writeGeneratedContent();
		return this.generated;
	}

	@SuppressWarnings("unchecked")
	private void start(Consumer<ConfigurableApplicationContext> test, String... properties) {
		TestCompiler.forSystem().with(this.generated).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				TestPropertyValues.of(properties).applyTo(context);
				compiled.getInstance(ApplicationContextInitializer.class).initialize(context);
				context.refresh();
				test.accept(context);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class,
			RedisQueueAutoConfiguration.class })
	@Import({ NeedsQueues.class, Listens.class })
	static class Application {

	}

	public record Parcel(String to) {
	}

	static class Listens {

		@RedisQueueListener(queues = "fragile-parcels", id = "parcels", autoStartup = "false")
		private void on(Parcel parcel) {
		}

	}

	static class NeedsQueues {

		private final RedisQueue<Order> orders;

		private final RedisQueue<Postcard> mails;

		private final RedisQueue<Order> priorityOrders;

		NeedsQueues(RedisQueue<Order> orders, RedisQueue<Postcard> mails, RedisQueue<Order> priorityOrders) {
			this.orders = orders;
			this.mails = mails;
			this.priorityOrders = priorityOrders;
		}

	}

}
