package dev.redisqueue.boot.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.Mail;
import dev.redisqueue.boot.Order;
import dev.redisqueue.boot.QueueRunner;
import dev.redisqueue.boot.StartFailure;
import dev.redisqueue.boot.TwoConnectionFactories;
import dev.redisqueue.boot.properties.QueueSettings;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.RedisQueueFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.ResolvableType;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Queues as beans. No Redis: Lettuce connects at the first use.
 */
@ExtendWith(StartFailure.class)
class RedisQueueAutoConfigurationTests {

	private final ApplicationContextRunner runner = QueueRunner.offline();

	@Test
	void startsWithoutQueuesAndWithoutRedis() {
		this.runner.withPropertyValues("redis.queue.fail-fast=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisQueue.class));
	}

	@Test
	void everyWayToInjectGetsTheRightQueue() {
		this.runner.withUserConfiguration(Injected.class)
			.withPropertyValues("redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order",
					"redis.queue.queues.returns.payload-type=dev.redisqueue.boot.Order",
					"redis.queue.queues.mails.payload-type=dev.redisqueue.boot.Mail", "redis.queue.queues.lines=",
					"redis.queue.queues.blobs.payload-type=byte[]")
			.run((context) -> {
				Injected injected = context.getBean(Injected.class);
				assertThat(injected.byParameter.name()).isEqualTo("orders");
				assertThat(injected.byQualifier.name()).isEqualTo("returns");
				assertThat(injected.returns.name()).isEqualTo("returns");
				assertThat(injected.byType.name()).isEqualTo("mails");
				assertThat(injected.lines.name()).isEqualTo("lines");
				assertThat(injected.blobs.name()).isEqualTo("blobs");
				assertThat(injected.all).containsOnlyKeys("orders", "returns", "mails", "lines", "blobs");
				assertThat(injected.ofOrders).extracting(RedisQueue::name)
					.containsExactlyInAnyOrder("orders", "returns");
				assertThat(injected.provider.getObject().name()).isEqualTo("mails");
				assertThat(injected.optional).get().extracting(RedisQueue::name).isEqualTo("mails");
			});
	}

	@Test
	void aQueueWithoutPayloadTypeCarriesStringsAndIsNeverRaw() {
		this.runner.withPropertyValues("redis.queue.queues.lines=")
			.run((context) -> assertThat(
					context.getBeanNamesForType(ResolvableType.forClassWithGenerics(RedisQueue.class, Integer.class)))
				.isEmpty());
	}

	@Test
	void anOwnPropertyBesideAnEmptyNameHolds() {
		this.runner.withPropertyValues("redis.queue.queues.lines=", "redis.queue.queues.lines.name=rows")
			.run((context) -> assertThat(context.getBean("lines", RedisQueue.class).name()).isEqualTo("rows"));
	}

	@Test
	void aPrimitivePayloadTypeIsItsWrapper() {
		this.runner.withPropertyValues("redis.queue.queues.numbers.payload-type=int")
			.run((context) -> assertThat(
					context.getBeanNamesForType(ResolvableType.forClassWithGenerics(RedisQueue.class, Integer.class)))
				.containsExactly("numbers"));
	}

	@Test
	void aDashedNameHasItsCamelCaseAlias() {
		this.runner.withUserConfiguration(NeedsPriorityOrders.class)
			.withPropertyValues("redis.queue.queues.priority-orders.payload-type=dev.redisqueue.boot.Order",
					"redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order")
			.run((context) -> {
				assertThat(context.getBean(NeedsPriorityOrders.class).queue.name()).isEqualTo("priority-orders");
				assertThat(context.getBeansOfType(RedisQueue.class)).containsOnlyKeys("priority-orders", "orders");
			});
	}

	@Test
	void anAliasTakesNoNameFromAnyone() {
		this.runner.withBean("priorityOrders", StringBuilder.class)
			.withPropertyValues("redis.queue.queues.priority-orders=")
			.run((context) -> {
				assertThat(context).getBean("priorityOrders").isInstanceOf(StringBuilder.class);
				assertThat(context).getBean("priority-orders").isInstanceOf(RedisQueue.class);
			});
	}

	@Test
	void backsOffForAQueueOfTheApplicationsOwn() {
		this.runner.withUserConfiguration(OwnOrders.class)
			.withPropertyValues("redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order",
					"redis.queue.queues.mails=")
			.run((context) -> {
				assertThat(context.getBean("orders", RedisQueue.class).name()).isEqualTo("own-orders");
				assertThat(context.getBean("mails", RedisQueue.class).name()).isEqualTo("mails");
			});
	}

	@Test
	void backsOffForAFactoryOfTheApplicationsOwn() {
		this.runner.withUserConfiguration(OwnFactory.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(context).hasSingleBean(RedisQueueFactory.class).hasBean("ownFactory"));
	}

	@Test
	void makesQueuesAtRunTime() {
		this.runner.run((
				context) -> assertThat(context.getBean(RedisQueueFactory.class).create("tenant-1", String.class).name())
					.isEqualTo("tenant-1"));
	}

	@Test
	void worksBesideConnectionFactoriesThatAreNoDefaultCandidate() {
		this.runner.withUserConfiguration(OtherConnection.class)
			.withPropertyValues("redis.queue.queues.orders=", "redis.queue.queues.bills.connection-factory=billing")
			.run((context) -> assertThat(context).hasNotFailed().hasBean("orders").hasBean("bills"));
	}

	@Test
	void worksWithAPrimaryConnectionFactory() {
		this.runner.withUserConfiguration(PrimaryConnection.class)
			.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void needsNoDefaultConnectionWhereEveryQueueNamesItsOwn() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues("redis.queue.queues.orders.connection-factory=shipping",
					"redis.queue.queues.bills.connection-factory=billing")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theDefaultConnectionCanBeNamed() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues("redis.queue.queues.orders=", "redis.queue.defaults.connection-factory=shipping",
					"redis.queue.queues.bills.connection-factory=billing")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void registersNoConnectionFactoryOfItsOwn() {
		this.runner.withPropertyValues("redis.queue.queues.orders=")
			.run((context) -> assertThat(context).hasSingleBean(RedisConnectionFactory.class));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void worksWithVirtualThreadsWhereTheConnectionFactoryHasAnotherName() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true", "redis.queue.queues.orders=")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aCodecOfTheApplicationIsUsed() {
		this.runner.withUserConfiguration(Codecs.class)
			.withPropertyValues("redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order",
					"redis.queue.queues.orders.codec=orderCodec")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aCodecOfAnotherClassIsRefused() {
		this.runner.withUserConfiguration(Codecs.class)
			.withPropertyValues("redis.queue.queues.orders.codec=orderCodec")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("redis.queue.queues.orders.codec")
				.contains("'orderCodec', a codec of dev.redisqueue.boot.Order")
				.contains("Set redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order"));
	}

	@Test
	void anUnknownCodecIsRefused() {
		this.runner.withPropertyValues("redis.queue.queues.orders.codec=protobuf")
			.run((context) -> assertThat(StartFailure.analysis(context)).contains("redis.queue.queues.orders.codec")
				.contains("'protobuf'")
				.contains("Define that bean"));
	}

	@Test
	void theSettingsReachTheQueue() {
		this.runner
			.withPropertyValues("redis.queue.namespace=shop", "redis.queue.defaults.lease=10s",
					"redis.queue.defaults.max-attempts=3", "redis.queue.queues.orders.lease=1m",
					"redis.queue.queues.orders.format=raw", "redis.queue.queues.orders.database=2",
					"redis.queue.queues.orders.max-put-size=10KB", "redis.queue.queues.mails.namespace=post:office",
					"redis.queue.queues.mails.max-received-size=1MB")
			.run((context) -> {
				RedisQueueSettings settings = context.getBean(RedisQueueSettings.class);
				QueueSettings orders = settings.queue("orders");
				assertThat(orders.options().namespace()).isEqualTo("shop");
				assertThat(orders.options().lease()).hasMinutes(1);
				assertThat(orders.options().maxAttempts()).isEqualTo(3);
				assertThat(orders.options().format()).isEqualTo(MessageFormat.RAW);
				assertThat(orders.options().database()).isEqualTo(2);
				assertThat(orders.options().maxPutBytes()).isEqualTo(10 * 1024);
				QueueSettings mails = settings.queue("mails");
				assertThat(mails.options().namespace()).isEqualTo("post:office");
				assertThat(mails.options().lease()).hasSeconds(10);
				assertThat(mails.options().maxReceivedBytes()).isEqualTo(1024 * 1024);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		private final RedisQueue<Order> byParameter;

		private final RedisQueue<Order> byQualifier;

		private final RedisQueue<Mail> byType;

		private final RedisQueue<byte[]> blobs;

		@Autowired
		private RedisQueue<Order> returns;

		@Autowired
		private RedisQueue<String> lines;

		@Autowired
		private Map<String, RedisQueue<?>> all;

		@Autowired
		private List<RedisQueue<Order>> ofOrders;

		@Autowired
		private ObjectProvider<RedisQueue<Mail>> provider;

		@Autowired
		private Optional<RedisQueue<Mail>> optional;

		Injected(RedisQueue<Order> orders, @Qualifier("returns") RedisQueue<Order> anyName, RedisQueue<Mail> anyMail,
				RedisQueue<byte[]> blobs) {
			this.byParameter = orders;
			this.byQualifier = anyName;
			this.byType = anyMail;
			this.blobs = blobs;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsPriorityOrders {

		private final RedisQueue<Order> queue;

		NeedsPriorityOrders(RedisQueue<Order> priorityOrders) {
			this.queue = priorityOrders;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnOrders {

		@Bean
		RedisQueue<Order> orders(RedisQueueFactory factory) {
			return factory.create("own-orders", Order.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFactory {

		@Bean
		RedisQueueFactory ownFactory(RedisConnectionFactory connectionFactory) {
			return new RedisQueueFactory(connectionFactory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherConnection {

		@Bean
		LettuceConnectionFactory main() {
			return new LettuceConnectionFactory();
		}

		@Bean(defaultCandidate = false)
		LettuceConnectionFactory billing() {
			return new LettuceConnectionFactory("127.0.0.1", 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryConnection {

		@Bean
		@Primary
		LettuceConnectionFactory main() {
			return new LettuceConnectionFactory();
		}

		@Bean
		LettuceConnectionFactory billing() {
			return new LettuceConnectionFactory("127.0.0.1", 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Codecs {

		@Bean
		PayloadCodec<Order> orderCodec() {
			return new PayloadCodec<>() {

				@Override
				public byte[] encode(Order payload) {
					return new byte[] { (byte) payload.id() };
				}

				@Override
				public Order decode(byte[] bytes) {
					return new Order(bytes[0], "");
				}

			};
		}

	}

}
