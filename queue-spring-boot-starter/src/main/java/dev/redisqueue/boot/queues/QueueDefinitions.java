package dev.redisqueue.boot.queues;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.properties.PropertyKeys;
import dev.redisqueue.boot.properties.QueueSettings;
import dev.redisqueue.boot.properties.QueueStartupException;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.core.SimpleAliasRegistry;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The bean definitions of the queues, of the type {@code RedisQueue<T>} with the T of
 * their payload type.
 */
public final class QueueDefinitions {

	/** Marks the definitions that are made here. */
	public static final String ATTRIBUTE = "dev.redisqueue.boot.queue";

	/** What ahead-of-time processing has made of a definition: it stays as it is. */
	public static final String BUILT = "built";

	private static final String DECLARED = "declared";

	private static final String BOUND = "dev.redisqueue.boot.bound";

	private final BeanDefinitionRegistry registry;

	private final ConfigurableListableBeanFactory beanFactory;

	public QueueDefinitions(BeanDefinitionRegistry registry) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, registry);
		this.registry = registry;
		this.beanFactory = (ConfigurableListableBeanFactory) registry;
	}

	/** Binding takes a while: it is done once. */
	void keep(RedisQueueSettings settings) {
		this.beanFactory.registerSingleton(BOUND, new Bound(settings));
	}

	/** What was bound, or {@code null} in an application processed ahead of time. */
	public @Nullable RedisQueueSettings kept() {
		return (this.beanFactory.getSingleton(BOUND) instanceof Bound bound) ? bound.settings() : null;
	}

	/**
	 * Registers queues, but none where the application defines a queue of that name;
	 * fails where the name belongs to something else.
	 */
	void register(Collection<QueueSettings> queues) {
		for (QueueSettings queue : queues) {
			if (!this.registry.isBeanNameInUse(queue.beanName())) {
				this.registry.registerBeanDefinition(queue.beanName(), definition(queue));
			}
			else {
				requireQueue(queue.beanName());
			}
		}
		queues.forEach(this::registerAlias);
	}

	/**
	 * Makes the registered queues those that the settings have, now that the listeners
	 * are known.
	 */
	public void update(Collection<QueueSettings> queues) {
		Set<String> names = queues.stream().map(QueueSettings::beanName).collect(Collectors.toSet());
		for (String name : this.registry.getBeanDefinitionNames()) {
			if (is(name, DECLARED) && !names.contains(name)) {
				// A variable had declared it, in the spelling of variables.
				this.registry.removeBeanDefinition(name);
			}
		}
		for (QueueSettings queue : queues) {
			String name = queue.beanName();
			if (is(name, DECLARED) && payloadType(name) != queue.payloadType()) {
				this.registry.removeBeanDefinition(name);
			}
			if (!this.beanFactory.containsBean(name)) {
				this.registry.registerBeanDefinition(name, definition(queue));
				registerAlias(queue);
			}
		}
	}

	/** Whether the queue is made from settings, not by the application. */
	public boolean isConfigured(String name) {
		return is(name, DECLARED) || is(name, BUILT);
	}

	/** The name behind an alias. */
	public static String canonical(String name, BeanFactory beanFactory) {
		return (beanFactory instanceof SimpleAliasRegistry aliases) ? aliases.canonicalName(name) : name;
	}

	private boolean is(String name, String mark) {
		return this.registry.containsBeanDefinition(name)
				&& mark.equals(this.registry.getBeanDefinition(name).getAttribute(ATTRIBUTE));
	}

	private @Nullable Class<?> payloadType(String name) {
		return this.registry.getBeanDefinition(name).getResolvableType().getGeneric(0).resolve();
	}

	private static BeanDefinition definition(QueueSettings queue) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(ResolvableType.forClassWithGenerics(RedisQueue.class, queue.payloadType()));
		definition.setFactoryBeanName(ConfiguredQueues.BEAN_NAME);
		definition.setFactoryMethodName("create");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, queue.beanName());
		definition.getConstructorArgumentValues().addIndexedArgumentValue(1, queue.payloadType().getName());
		definition.setResourceDescription("property " + PropertyKeys.ofQueue(queue.beanName(), ""));
		definition.setAttribute(ATTRIBUTE, DECLARED);
		return definition;
	}

	private void requireQueue(String name) {
		String owner = otherOwner(name);
		if (owner != null) {
			throw new QueueStartupException(
					"The property '" + PropertyKeys.ofQueue(name, "") + "' declares a queue, but the bean name '" + name
							+ "' is taken by " + owner + ".",
					"Rename the queue and keep its name in Redis: 'redis.queue.queues.<other>.name=" + name
							+ "'; or rename the other bean.");
		}
	}

	/** What has this name and is no queue, or {@code null}. */
	public @Nullable String otherOwner(String name) {
		Class<?> type = this.beanFactory.getType(name, false);
		if (type != null && RedisQueue.class.isAssignableFrom(type)) {
			return null;
		}
		String description = (type != null) ? "a " + type.getName() : "a bean of another type";
		String origin = this.beanFactory.containsBeanDefinition(name)
				? this.beanFactory.getBeanDefinition(name).getResourceDescription() : null;
		return (origin != null) ? description + " (defined in " + origin + ")" : description;
	}

	/**
	 * Dashes cannot be part of a parameter's name: {@code priority-orders} is also
	 * {@code priorityOrders}. An alias never takes a name from anyone.
	 */
	private void registerAlias(QueueSettings queue) {
		String alias = camelCase(queue.beanName());
		if (!this.registry.isBeanNameInUse(alias)) {
			this.registry.registerAlias(queue.beanName(), alias);
		}
	}

	public static String camelCase(String name) {
		String[] words = name.split("[^A-Za-z0-9]+");
		return (words.length == 0) ? name
				: words[0] + Arrays.stream(words).skip(1).map(StringUtils::capitalize).collect(Collectors.joining());
	}

	/**
	 * Settings before the listeners are known: no bean of the class of the final ones.
	 */
	private record Bound(RedisQueueSettings settings) {
	}

}
