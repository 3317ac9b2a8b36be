package dev.redisqueue.boot;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Registers one bean per configured queue, of the type {@code RedisQueue<T>} with the T
 * of its payload type. Backs off where the application defines a queue of that name, and
 * fails where the name belongs to something else.
 */
class RedisQueueRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	RedisQueueRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, registry);
		Collection<QueueSettings> queues = RedisQueueSettings.bind(this.environment).queues();
		for (QueueSettings queue : queues) {
			if (!registry.isBeanNameInUse(queue.beanName())) {
				registry.registerBeanDefinition(queue.beanName(), definition(queue));
			}
			else {
				requireQueue(queue.beanName(), (ConfigurableListableBeanFactory) registry);
			}
		}
		registerAliases(queues, registry);
	}

	private static RootBeanDefinition definition(QueueSettings queue) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(ResolvableType.forClassWithGenerics(RedisQueue.class, queue.payloadType()));
		definition.setFactoryBeanName(RedisQueueAutoConfiguration.QUEUES_BEAN_NAME);
		definition.setFactoryMethodName("create");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, queue.beanName());
		definition.getConstructorArgumentValues().addIndexedArgumentValue(1, queue.payloadType().getName());
		definition.setResourceDescription("property " + QueueSettings.key(queue.beanName(), ""));
		return definition;
	}

	private static void requireQueue(String name, ConfigurableListableBeanFactory beanFactory) {
		Class<?> type = beanFactory.getType(name, false);
		if (type != null && RedisQueue.class.isAssignableFrom(type)) {
			return;
		}
		throw new QueueStartupException(
				"The property '" + QueueSettings.key(name, "") + "' declares a queue, but the bean name '" + name
						+ "' is taken by " + described(name, type, beanFactory) + ".",
				"Rename the queue and keep its name in Redis: 'redis.queue.queues.<other>.name=" + name
						+ "'; or rename the other bean.");
	}

	private static String described(String name, @Nullable Class<?> type, ConfigurableListableBeanFactory beanFactory) {
		String description = (type != null) ? "a " + type.getName() : "a bean of another type";
		String origin = beanFactory.containsBeanDefinition(name)
				? beanFactory.getBeanDefinition(name).getResourceDescription() : null;
		return (origin != null) ? description + " (defined in " + origin + ")" : description;
	}

	/**
	 * Dashes cannot be part of a parameter's name: {@code priority-orders} is also
	 * {@code priorityOrders}. An alias never takes a name from anyone.
	 */
	private static void registerAliases(Collection<QueueSettings> queues, BeanDefinitionRegistry registry) {
		for (QueueSettings queue : queues) {
			String alias = camelCase(queue.beanName());
			if (!registry.isBeanNameInUse(alias)) {
				registry.registerAlias(queue.beanName(), alias);
			}
		}
	}

	private static String camelCase(String name) {
		String[] words = name.split("[^A-Za-z0-9]+");
		return words[0] + Arrays.stream(words).skip(1).map(StringUtils::capitalize).collect(Collectors.joining());
	}

}
