package dev.redisqueue.boot.queues;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.properties.PropertyKeys;
import dev.redisqueue.boot.properties.QueueSettings;
import dev.redisqueue.boot.properties.QueueStartupException;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.RedisQueueFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Makes the configured queues, and connects to Redis once all beans are there.
 */
public final class ConfiguredQueues implements SmartInitializingSingleton {

	public static final String BEAN_NAME = "redisQueues";

	private final RedisQueueSettings settings;

	private final QueueFactories factories;

	private final ConfigurableListableBeanFactory beanFactory;

	private final Environment environment;

	private final Map<RedisQueueFactory, String> used = new LinkedHashMap<>();

	public ConfiguredQueues(RedisQueueSettings settings, QueueFactories factories,
			ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.settings = settings;
		this.factories = factories;
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	/**
	 * Makes the queue of a bean.
	 * @param payloadType the class that its bean definition has for T: after
	 * ahead-of-time processing that of the build
	 */
	synchronized RedisQueue<?> create(String beanName, String payloadType) {
		QueueSettings queue = this.settings.queue(beanName);
		requireSame(queue, payloadType);
		String property = source(queue, "connection-factory");
		RedisQueueFactory factory = this.factories.get(queue.connectionFactory(), property);
		this.used.putIfAbsent(factory, beanName);
		try {
			PayloadCodec<?> codec = codec(queue);
			return (codec != null) ? factory.create(queue.redisName(), codec, queue.options())
					: factory.create(queue.redisName(), queue.payloadType(), queue.options());
		}
		catch (IllegalArgumentException ex) {
			String key = PropertyKeys.ofQueue(beanName, "");
			throw new QueueStartupException(
					"The queue '" + beanName + "' of the property '" + key + "' cannot be made: " + ex.getMessage(),
					"Correct what is set under " + key + " or redis.queue.defaults.", ex);
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.settings.failFast()) {
			this.used.forEach(this::connect);
		}
	}

	private void connect(RedisQueueFactory factory, String beanName) {
		try {
			factory.connect();
		}
		catch (RuntimeException ex) {
			throw new QueueStartupException(
					"Redis cannot be reached, which the queue '" + beanName + "' needs, and 'redis.queue.fail-fast' is "
							+ "'true'. " + messages(ex),
					"Start Redis, or correct spring.data.redis.url (or .host and .port, .username, .password); or set "
							+ "redis.queue.fail-fast=false to start without it. For development and tests, the artifact "
							+ "org.signal:embedded-redis on the class path brings a server of its own.",
					ex);
		}
	}

	/**
	 * The outer messages say what failed and where, the innermost says why.
	 */
	private static String messages(Throwable failure) {
		Set<String> messages = new LinkedHashSet<>();
		for (Throwable ex = failure; ex != null; ex = ex.getCause()) {
			String message = String.valueOf(ex.getMessage());
			if (messages.stream().noneMatch((earlier) -> earlier.contains(message))) {
				messages.add(message);
			}
		}
		return String.join("; ", messages);
	}

	private static void requireSame(QueueSettings queue, String payloadType) {
		if (!queue.payloadType().getName().equals(payloadType)) {
			String property = PropertyKeys.ofQueue(queue.beanName(), "payload-type");
			throw new QueueStartupException(
					"The property '" + property + "' is '" + queue.payloadType().getName() + "', but was '"
							+ payloadType + "' when this application was built ahead of time.",
					"Set " + property + "=" + payloadType + ", or build again.");
		}
	}

	private @Nullable PayloadCodec<?> codec(QueueSettings queue) {
		String name = queue.codec();
		if (name == null) {
			return null;
		}
		String property = source(queue, "codec");
		try {
			PayloadCodec<?> codec = this.beanFactory.getBean(name, PayloadCodec.class);
			requireFitting(queue, property, name);
			return codec;
		}
		catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException ex) {
			throw new QueueStartupException(
					"The property '" + property + "' is '" + name
							+ "', but there is no PayloadCodec bean of that name.",
					"Define that bean, or set " + property + " to the name of another.", ex);
		}
	}

	/**
	 * A codec of another class would put payloads into the queue that its T does not
	 * promise.
	 */
	private void requireFitting(QueueSettings queue, String property, String codec) {
		ResolvableType type = this.beanFactory.containsBeanDefinition(codec)
				? this.beanFactory.getMergedBeanDefinition(codec).getResolvableType()
				: ResolvableType.forClass(this.beanFactory.getType(codec));
		Class<?> encoded = type.as(PayloadCodec.class).getGeneric(0).resolve();
		if (encoded != null && encoded != queue.payloadType()) {
			String payloadType = PropertyKeys.ofQueue(queue.beanName(), "payload-type");
			throw new QueueStartupException(
					"The property '" + property + "' is '" + codec + "', a codec of " + encoded.getName()
							+ ", but the queue '" + queue.beanName() + "' carries " + queue.payloadType().getName()
							+ ".",
					"Set " + payloadType + "=" + encoded.getName() + ", or " + property + " to another codec.");
		}
	}

	private String source(QueueSettings queue, String field) {
		return PropertyKeys.holding(queue.beanName(), field, this.environment);
	}

}
