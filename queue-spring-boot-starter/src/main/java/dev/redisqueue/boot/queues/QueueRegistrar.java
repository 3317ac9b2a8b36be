package dev.redisqueue.boot.queues;

import dev.redisqueue.boot.properties.RedisQueueSettings;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers one bean per configured queue. Those that only listeners name come later.
 */
public final class QueueRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	QueueRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		RedisQueueSettings settings = RedisQueueSettings.bind(this.environment);
		QueueDefinitions definitions = new QueueDefinitions(registry);
		definitions.register(settings.queues());
		definitions.keep(settings);
	}

}
