package dev.redisqueue.boot;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers one bean per configured queue. Those that only listeners name come later.
 */
class RedisQueueRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	RedisQueueRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		new QueueDefinitions(registry)
			.register(RedisQueueSettings.bind(this.environment, new ListenedQueues()).queues());
	}

}
