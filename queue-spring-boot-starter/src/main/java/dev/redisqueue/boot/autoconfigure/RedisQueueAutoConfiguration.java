package dev.redisqueue.boot.autoconfigure;

import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.RedisQueueOptions;
import dev.redisqueue.boot.listener.ConfiguredOptions;
import dev.redisqueue.boot.listener.DefaultListenerRegistry;
import dev.redisqueue.boot.listener.ListenerProcessor;
import dev.redisqueue.boot.listener.ListenerRuntimeHints;
import dev.redisqueue.boot.properties.RedisQueueProperties;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.boot.queues.ConfiguredQueues;
import dev.redisqueue.boot.queues.QueueFactories;
import dev.redisqueue.boot.queues.QueueRegistrar;
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
@Import(QueueRegistrar.class)
@ImportRuntimeHints({ RedisQueueRuntimeHints.class, ListenerRuntimeHints.class })
public final class RedisQueueAutoConfiguration {

	private static final String FACTORY_BEAN_NAME = "redisQueueFactory";

	RedisQueueAutoConfiguration() {
	}

	@Bean
	static ListenerProcessor redisQueueListenerProcessor(Environment environment,
			ConfigurableListableBeanFactory beanFactory) {
		return new ListenerProcessor(environment, beanFactory);
	}

	@Bean(DefaultListenerRegistry.BEAN_NAME)
	DefaultListenerRegistry redisQueueListenerRegistry() {
		return new DefaultListenerRegistry();
	}

	@Bean
	RedisQueueSettings redisQueueSettings(ListenerProcessor listeners) {
		return listeners.settings();
	}

	@Bean
	@ConditionalOnMissingBean
	RedisQueueOptions redisQueueOptions(RedisQueueSettings settings, ConfigurableListableBeanFactory beanFactory,
			Environment environment) {
		return new ConfiguredOptions(settings, beanFactory, environment);
	}

	@Bean(QueueFactories.BEAN_NAME)
	QueueFactories redisQueueFactories(ConfigurableListableBeanFactory beanFactory) {
		return new QueueFactories(beanFactory);
	}

	@Bean(name = FACTORY_BEAN_NAME, destroyMethod = "") // The queues share it.
	@Lazy // An application whose queues all name their connection needs no default one.
	@ConditionalOnMissingBean
	RedisQueueFactory redisQueueFactory(RedisQueueSettings settings, QueueFactories factories) {
		return factories.ofDefault(settings);
	}

	@Bean(ConfiguredQueues.BEAN_NAME)
	ConfiguredQueues redisQueues(RedisQueueSettings settings, QueueFactories factories,
			ConfigurableListableBeanFactory beanFactory, Environment environment) {
		return new ConfiguredQueues(settings, factories, beanFactory, environment);
	}

}
