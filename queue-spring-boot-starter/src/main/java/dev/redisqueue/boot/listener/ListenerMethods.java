package dev.redisqueue.boot.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.redisqueue.boot.RedisQueueListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Finds the methods that listen, by the classes of the beans: no bean is made for it.
 */
final class ListenerMethods {

	private static final Logger logger = LoggerFactory.getLogger(RedisQueueListener.class);

	private static final String SCOPED_TARGET = "scopedTarget.";

	private final ConfigurableListableBeanFactory beanFactory;

	private final Map<Class<?>, Map<Method, RedisQueueListener>> known = new HashMap<>();

	ListenerMethods(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/** As far as the bean definitions tell. */
	List<ListenerMethod> ofDefinitions() {
		List<ListenerMethod> methods = new ArrayList<>();
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			if (!this.beanFactory.getBeanDefinition(name).isAbstract()) {
				String beanName = name.startsWith(SCOPED_TARGET) ? name.substring(SCOPED_TARGET.length()) : name;
				methods.addAll(of(beanName, declaredType(name)));
			}
		}
		return methods;
	}

	/** Of the beans as they are, once all singletons are there. */
	List<ListenerMethod> ofBeans() {
		List<ListenerMethod> methods = new ArrayList<>();
		for (String name : this.beanFactory.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(name)) {
				methods.addAll(of(name, targetType(name)));
			}
		}
		return methods;
	}

	private @Nullable Class<?> declaredType(String name) {
		try {
			return this.beanFactory.getType(name, false);
		}
		catch (RuntimeException | LinkageError ex) {
			// A bean that is never made; if it is made, that fails by itself.
			return null;
		}
	}

	private @Nullable Class<?> targetType(String name) {
		try {
			Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, name);
			if (type != null && ScopedObject.class.isAssignableFrom(type)) {
				return AutoProxyUtils.determineTargetClass(this.beanFactory, ScopedProxyUtils.getTargetBeanName(name));
			}
			Object singleton = this.beanFactory.getSingleton(name);
			return (singleton instanceof SpringProxy) ? AopProxyUtils.ultimateTargetClass(singleton) : type;
		}
		catch (RuntimeException | LinkageError ex) {
			return null;
		}
	}

	private List<ListenerMethod> of(String beanName, @Nullable Class<?> type) {
		if (type == null) {
			return List.of();
		}
		return this.known.computeIfAbsent(type, ListenerMethods::annotated)
			.entrySet()
			.stream()
			.map((entry) -> new ListenerMethod(beanName, type, entry.getKey(), entry.getValue()))
			.peek(ListenerMethods::requireOne)
			.sorted(Comparator.comparing((listener) -> listener.method().toGenericString()))
			.toList();
	}

	/** What a method inherits gives way to its own, but of its own none does. */
	private static void requireOne(ListenerMethod listener) {
		if (MergedAnnotations.from(listener.method()).stream(RedisQueueListener.class).count() > 1) {
			throw listener.mistake("has more than one @RedisQueueListener, of which one alone would listen.",
					"Name all queues in one, or give each a method.");
		}
	}

	private static Map<Method, RedisQueueListener> annotated(Class<?> type) {
		if (isOfSpring(type) || !AnnotationUtils.isCandidateClass(type, RedisQueueListener.class)) {
			return Map.of();
		}
		try {
			return MethodIntrospector.selectMethods(type,
					(MetadataLookup<RedisQueueListener>) ListenerMethods::annotation);
		}
		catch (RuntimeException | LinkageError ex) {
			// As for a type that cannot be told: a bean that is made fails by itself.
			logger.debug("Not looking for listeners in {}, whose methods cannot be read", type, ex);
			return Map.of();
		}
	}

	/** As for event listeners: the many beans of the framework have none. */
	private static boolean isOfSpring(Class<?> type) {
		return type.getName().startsWith("org.springframework.")
				&& !AnnotatedElementUtils.isAnnotated(ClassUtils.getUserClass(type), Component.class);
	}

	private static @Nullable RedisQueueListener annotation(Method method) {
		MergedAnnotation<RedisQueueListener> annotation = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY)
			.get(RedisQueueListener.class);
		return annotation.synthesize(MergedAnnotation::isPresent).orElse(null);
	}

}
