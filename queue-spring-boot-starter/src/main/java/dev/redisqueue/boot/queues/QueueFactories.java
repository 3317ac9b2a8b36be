package dev.redisqueue.boot.queues;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

import dev.redisqueue.boot.properties.QueueStartupException;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.redis.RedisQueueFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * One {@link RedisQueueFactory} per connection factory, made here and closed here. That
 * of the application's own connection is also a bean, unless the application has one; the
 * configured queues never use that of the application.
 */
public final class QueueFactories implements AutoCloseable {

	public static final String BEAN_NAME = "redisQueueFactories";

	static final String DEFAULT_PROPERTY = "redis.queue.defaults.connection-factory";

	private final ConfigurableListableBeanFactory beanFactory;

	private final Map<RedisConnectionFactory, RedisQueueFactory> factories = new IdentityHashMap<>();

	public QueueFactories(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * The factory of the application's own connection, or of the one that is the default.
	 */
	public RedisQueueFactory ofDefault(RedisQueueSettings settings) {
		return get(settings.defaultConnectionFactory(), DEFAULT_PROPERTY);
	}

	/**
	 * The factory of a queue.
	 * @param connectionFactory the name of the bean, or {@code null} for the
	 * application's own connection
	 * @param property what sets it
	 */
	synchronized RedisQueueFactory get(@Nullable String connectionFactory, String property) {
		NamedBeanHolder<RedisConnectionFactory> connection = (connectionFactory != null)
				? named(connectionFactory, property) : unique();
		// The factories are closed before the connection they use.
		this.beanFactory.registerDependentBean(connection.getBeanName(), BEAN_NAME);
		// Not computeIfAbsent: a failure to open must leave no trace.
		RedisQueueFactory factory = this.factories.get(connection.getBeanInstance());
		if (factory == null) {
			factory = open(connection.getBeanInstance(), connection.getBeanName());
			this.factories.put(connection.getBeanInstance(), factory);
		}
		return factory;
	}

	@Override
	public synchronized void close() {
		this.factories.values().forEach(RedisQueueFactory::close);
		this.factories.clear();
	}

	private RedisQueueFactory open(RedisConnectionFactory connection, String name) {
		if (!(connection instanceof LettuceConnectionFactory)) {
			throw new QueueStartupException(
					"The connection factory '" + name + "' is a " + connection.getClass().getName()
							+ ", but queues need the Lettuce client.",
					"Set spring.data.redis.client-type=lettuce or remove Jedis from the class path; or set "
							+ DEFAULT_PROPERTY + " to the bean name of a LettuceConnectionFactory.");
		}
		JsonMapper mapper = mapper();
		return (mapper != null) ? new RedisQueueFactory(connection, mapper) : new RedisQueueFactory(connection);
	}

	private @Nullable JsonMapper mapper() {
		try {
			return this.beanFactory.getBeanProvider(JsonMapper.class).getIfAvailable();
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new QueueStartupException(
					"Queues write payloads with the JsonMapper of the application, but there are several, none of them "
							+ "the primary one: " + ex.getBeanNamesFound() + ".",
					"Mark one JsonMapper bean as @Primary, or make the others @Bean(defaultCandidate = false).", ex);
		}
	}

	private NamedBeanHolder<RedisConnectionFactory> named(String name, String property) {
		try {
			return new NamedBeanHolder<>(name, this.beanFactory.getBean(name, RedisConnectionFactory.class));
		}
		catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException ex) {
			throw new QueueStartupException(
					"The property '" + property + "' is '" + name + "', but there is no RedisConnectionFactory bean of "
							+ "that name. There are: " + names() + ".",
					"Set " + property + " to one of these names, or define that bean.", ex);
		}
	}

	private NamedBeanHolder<RedisConnectionFactory> unique() {
		try {
			return this.beanFactory.resolveNamedBean(RedisConnectionFactory.class);
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new QueueStartupException(
					"The property '" + DEFAULT_PROPERTY + "' is not set, and none of several RedisConnectionFactory "
							+ "beans is the primary one: " + names() + ".",
					"Set " + DEFAULT_PROPERTY + " to one of these names, or mark one bean as @Primary.", ex);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw new QueueStartupException("Queues need Redis, but there is no RedisConnectionFactory bean.",
					"Set spring.data.redis.url or define a LettuceConnectionFactory; is DataRedisAutoConfiguration "
							+ "excluded?",
					ex);
		}
	}

	private String names() {
		return Arrays.toString(this.beanFactory.getBeanNamesForType(RedisConnectionFactory.class));
	}

}
