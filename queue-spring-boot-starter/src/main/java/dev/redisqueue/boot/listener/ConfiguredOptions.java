package dev.redisqueue.boot.listener;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.boot.RedisQueueOptions;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.boot.queues.QueueDefinitions;
import dev.redisqueue.listener.ListenerOptions;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * The options that the properties give.
 */
public final class ConfiguredOptions implements RedisQueueOptions {

	private final RedisQueueSettings settings;

	private final ConfigurableListableBeanFactory beanFactory;

	private final ListenerOptionsFactory listeners;

	public ConfiguredOptions(RedisQueueSettings settings, ConfigurableListableBeanFactory beanFactory,
			Environment environment) {
		this.settings = settings;
		this.beanFactory = beanFactory;
		this.listeners = new ListenerOptionsFactory(beanFactory, environment);
	}

	@Override
	public QueueOptions queue(String name) {
		return this.settings.options(QueueDefinitions.canonical(name, this.beanFactory));
	}

	@Override
	public ListenerOptions listener(String queue) {
		return this.listeners.of(QueueDefinitions.canonical(queue, this.beanFactory));
	}

}
