package dev.redisqueue.boot;

import dev.redisqueue.redis.RedisQueueFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the queues: one {@link dev.redisqueue.RedisQueue} bean per name
 * below {@code redis.queue.queues} or in a {@link RedisQueueListener}, a
 * {@link RedisQueueFactory} for queues that are made at run time, and a
 * {@link RedisQueueListenerRegistry}. The connection is the application's.
 */
// Late, so that a queue sees whether its bean name is taken.
@AutoConfiguration(after = { DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@EnableConfigurationProperties(RedisQueueProperties.class)
@Import(RedisQueueRegistrar.class)
@ImportRuntimeHints(RedisQueueRuntimeHints.class)
public final class RedisQueueAutoConfiguration {

	static final String FACTORY_BEAN_NAME = "redisQueueFactory";

	static final String FACTORIES_BEAN_NAME = "redisQueueFactories";

	static final String QUEUES_BEAN_NAME = "redisQueues";

	static final String REGISTRY_BEAN_NAME = "redisQueueListenerRegistry";

	RedisQueueAutoConfiguration() {
	}

	@Bean
	static RedisQueueListenerProcessor redisQueueListenerProcessor(Environment environment,
			ConfigurableListableBeanFactory beanFactory) {
		return new RedisQueueListenerProcessor(environment, beanFactory);
	}

	@Bean(REGISTRY_BEAN_NAME)
	RedisQueueListenerRegistry redisQueueListenerRegistry() {
		return new RedisQueueListenerRegistry();
	}

	@Bean
	RedisQueueSettings redisQueueSettings(RedisQueueListenerProcessor listeners) {
		return listeners.settings();
	}

	@Bean(FACTORIES_BEAN_NAME)
	QueueFactories redisQueueFactories(ConfigurableListableBeanFactory beanFactory) {
		return new QueueFactories(beanFactory);
	}

	@Bean(name = FACTORY_BEAN_NAME, destroyMethod = "") // The queues share it.
	@Lazy // An application whose queues all name their connection needs no default one.
	@ConditionalOnMissingBean
	RedisQueueFactory redisQueueFactory(RedisQueueSettings settings, QueueFactories factories) {
		return factories.get(settings.defaultConnectionFactory(), QueueFactories.DEFAULT_PROPERTY);
	}

	@Bean(QUEUES_BEAN_NAME)
	ConfiguredQueues redisQueues(RedisQueueSettings settings, QueueFactories factories,
			ConfigurableListableBeanFactory beanFactory, Environment environment) {
		return new ConfiguredQueues(settings, factories, beanFactory, environment);
	}

}
