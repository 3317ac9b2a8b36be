package dev.redisqueue.boot.listener;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.properties.PropertyKeys;
import dev.redisqueue.boot.queues.QueueDefinitions;
import dev.redisqueue.listener.DeliveryHandler;
import dev.redisqueue.listener.ListenerOptions;
import dev.redisqueue.listener.RedisQueueListenerContainer;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Makes the containers of the methods that listen.
 */
final class ListenerContainers {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DefaultListenerRegistry registry;

	private final ListenerArguments arguments;

	private final ListenerOptionsFactory options;

	ListenerContainers(ConfigurableListableBeanFactory beanFactory, Environment environment,
			DefaultListenerRegistry registry) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.arguments = new ListenerArguments(beanFactory);
		this.options = new ListenerOptionsFactory(beanFactory, environment);
		this.options.warnOfShortPhase();
	}

	void add(ListenerMethod listener, ListenerDeclaration named) {
		ListenerDeclaration declaration = named.with((queue) -> QueueDefinitions.canonical(queue, this.beanFactory));
		ListenerSignature signature = ListenerSignature.of(listener, declaration.batch());
		List<RedisQueue<Object>> queues = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (String name : declaration.queues()) {
			queues.add(queue(name, listener, signature));
			names.add(name);
			names.addAll(List.of(this.beanFactory.getAliases(name)));
			keepUntilStopped(name);
		}
		keepUntilStopped(listener.beanName());
		String id = (declaration.id() != null) ? declaration.id() : defaultId(listener);
		ListenerOptions options = this.options.of(listener, declaration);
		this.registry.add(new RegisteredListener(listener,
				new RedisQueueListenerContainer<>(id, queues, options, handler(listener, signature)), names));
	}

	@SuppressWarnings("unchecked") // Of this class, as far as anyone can tell.
	private RedisQueue<Object> queue(String name, ListenerMethod listener, ListenerSignature signature) {
		if (!this.beanFactory.containsBean(name)) {
			throw listener.mistake(
					"names the queue '" + name + "', which nothing declares: that the bean '" + listener.beanName()
							+ "' listens is not seen in the type that its definition has.",
					"Set " + PropertyKeys.ofQueue(name, "payload-type")
							+ ", or let the @Bean method return the class of the listener.");
		}
		requireSame(name, listener, signature.payload());
		return this.beanFactory.getBean(name, RedisQueue.class);
	}

	private void requireSame(String name, ListenerMethod listener, ResolvableType wanted) {
		ResolvableType carried = carried(name);
		if (wanted.resolve() != null && carried.resolve() != null && !isSame(carried, wanted)) {
			throw listener.mistake("takes " + wanted + " from the queue '" + name + "', which carries " + carried + ".",
					"Take a " + carried + ", or listen to another queue.");
		}
	}

	/** As its definition says, which may be that of a parent context. */
	private ResolvableType carried(String name) {
		try {
			return this.beanFactory.getMergedBeanDefinition(name)
				.getResolvableType()
				.as(RedisQueue.class)
				.getGeneric(0);
		}
		catch (NoSuchBeanDefinitionException ex) {
			return ResolvableType.NONE;
		}
	}

	private static boolean isSame(ResolvableType carried, ResolvableType wanted) {
		if (carried.getType() instanceof ParameterizedType) {
			return carried.getType().equals(wanted.getType());
		}
		return carried.resolve() == ClassUtils.resolvePrimitiveIfNecessary(wanted.resolve(Object.class));
	}

	/** Whoever stops the listeners needs this bean until then. */
	private void keepUntilStopped(String beanName) {
		this.beanFactory.registerDependentBean(beanName, DefaultListenerRegistry.BEAN_NAME);
	}

	private String defaultId(ListenerMethod listener) {
		String id = listener.beanName() + "." + listener.method().getName();
		String unique = id;
		for (int i = 2; this.registry.container(unique).isPresent(); i++) {
			unique = id + "-" + i;
		}
		return unique;
	}

	private DeliveryHandler<Object> handler(ListenerMethod listener, ListenerSignature signature) {
		Object bean = this.beanFactory.getBean(listener.beanName());
		try {
			Method method = AopUtils.selectInvocableMethod(listener.method(), bean.getClass());
			requireOverridden(method, bean);
			return new ListenerMethodHandler<>(bean, method, this.arguments.of(listener, signature));
		}
		catch (IllegalStateException ex) {
			throw listener.mistake("cannot be called through the proxy of its bean. " + ex.getMessage(),
					"Make the method public and not final; a proxy by interfaces needs it in an interface.");
		}
	}

	/**
	 * What a proxy of a class inherits would run on the proxy, whose fields are empty.
	 */
	private static void requireOverridden(Method method, Object bean) {
		Class<?> runsIn = ClassUtils.getMostSpecificMethod(method, bean.getClass()).getDeclaringClass();
		if (AopUtils.isCglibProxy(bean) && !Modifier.isStatic(method.getModifiers()) && runsIn != bean.getClass()) {
			throw new IllegalStateException("It is final, or hidden from the package of the proxy.");
		}
	}

}
