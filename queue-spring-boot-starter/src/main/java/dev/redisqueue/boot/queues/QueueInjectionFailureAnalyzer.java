package dev.redisqueue.boot.queues;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.properties.EditDistance;
import dev.redisqueue.boot.properties.PropertyKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.Order;
import org.springframework.util.StringUtils;

/**
 * Explains why a queue could not be injected: its payload type is another, it is not
 * declared, or the compiler dropped the name of the parameter.
 */
// First, since those of Spring Boot would explain it without the property.
@Order(Ordered.HIGHEST_PRECEDENCE)
class QueueInjectionFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final @Nullable ConfigurableListableBeanFactory beanFactory;

	QueueInjectionFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory configurable) ? configurable : null;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		ResolvableType wanted = cause.getResolvableType();
		if (this.beanFactory == null || wanted == null || wanted.resolve() != RedisQueue.class) {
			return null;
		}
		InjectionPoint point = point(rootFailure);
		String name = (point != null) ? name(point) : null;
		String where = (description != null) ? description : "The application";
		Map<String, String> queues = queues(this.beanFactory);
		if (cause instanceof NoUniqueBeanDefinitionException) {
			return (name == null && point != null) ? nameless(where, queues, cause) : null;
		}
		String payload = Optional.ofNullable(wanted.getGeneric(0).resolve()).map(Class::getName).orElse("its class");
		String queue = (name != null) ? canonical(name, queues) : null;
		if (wanted.getGeneric(0).hasGenerics() && wanted.getGeneric(0).resolve() != null) {
			return generic(where, wanted.getGeneric(0), name, cause);
		}
		String asks = where + " asks for a RedisQueue<" + payload + ">, but ";
		if (queue != null) {
			return new FailureAnalysis(asks + "the queue " + queue + " carries " + queues.get(queue) + ".",
					"Set " + PropertyKeys.ofQueue(queue, "payload-type") + "=" + payload + ".", cause);
		}
		String known = queues.isEmpty() ? "no queue is declared" : "the queues are " + listed(queues);
		if (name != null) {
			return new FailureAnalysis(asks + "no queue is named " + name + "; " + known + ".", didYouMean(name, queues)
					+ "Set " + PropertyKeys.ofQueue(name, "payload-type") + "=" + payload + " to declare it.", cause);
		}
		return new FailureAnalysis(asks + known + ".", "Set "
				+ PropertyKeys.ofQueue("<name>", "payload-type").replace("[<name>]", ".<name>") + "=" + payload + ".",
				cause);
	}

	private static String didYouMean(String name, Map<String, String> queues) {
		return queues.keySet()
			.stream()
			.filter((queue) -> EditDistance.between(name, queue) <= Math.max(1, name.length() / 3))
			.min(Comparator.comparingInt((queue) -> EditDistance.between(name, queue)))
			.map((queue) -> "Did you mean '" + queue + "'? ")
			.orElse("");
	}

	private static FailureAnalysis generic(String where, ResolvableType payload, @Nullable String name,
			NoSuchBeanDefinitionException cause) {
		return new FailureAnalysis(
				where + " asks for a RedisQueue<" + payload
						+ ">, but a queue of properties or listeners carries a plain " + "class.",
				"Define it: @Bean RedisQueue<" + payload + "> " + ((name != null) ? name : "name")
						+ "(RedisQueueFactory factory), made with RedisQueueFactory.create and a "
						+ "ParameterizedTypeReference.",
				cause);
	}

	private static FailureAnalysis nameless(String where, Map<String, String> queues,
			NoSuchBeanDefinitionException cause) {
		return new FailureAnalysis(
				where + " asks for one of the queues " + listed(queues)
						+ ", but its name is not in the class file: the compiler ran without '-parameters'.",
				"Compile with '-parameters' (with Maven: maven.compiler.parameters=true), or add "
						+ "@Qualifier(\"<name of the queue>\").",
				cause);
	}

	/**
	 * The queues by name, with the class that they carry.
	 */
	private static Map<String, String> queues(ConfigurableListableBeanFactory beanFactory) {
		Map<String, String> queues = new LinkedHashMap<>();
		for (String name : beanFactory.getBeanNamesForType(RedisQueue.class, true, false)) {
			if (beanFactory.containsBeanDefinition(name)) {
				ResolvableType type = beanFactory.getMergedBeanDefinition(name).getResolvableType();
				Class<?> payload = type.as(RedisQueue.class).getGeneric(0).resolve();
				queues.put(name, (payload != null) ? payload.getName() : "an unknown class");
			}
		}
		return queues;
	}

	private @Nullable String canonical(String name, Map<String, String> queues) {
		BeanFactory aliases = Objects.requireNonNull(this.beanFactory);
		return queues.keySet()
			.stream()
			.filter((queue) -> queue.equals(name) || List.of(aliases.getAliases(queue)).contains(name))
			.findFirst()
			.orElse(null);
	}

	private static String listed(Map<String, String> queues) {
		return queues.entrySet()
			.stream()
			.map((queue) -> queue.getKey() + " (" + queue.getValue() + ")")
			.collect(Collectors.joining(", "));
	}

	private static @Nullable InjectionPoint point(Throwable failure) {
		InjectionPoint point = null;
		for (Throwable ex = failure; ex != null; ex = ex.getCause()) {
			if (ex instanceof UnsatisfiedDependencyException unsatisfied && unsatisfied.getInjectionPoint() != null) {
				point = unsatisfied.getInjectionPoint();
			}
		}
		return point;
	}

	private static @Nullable String name(InjectionPoint point) {
		MergedAnnotation<Qualifier> qualifier = MergedAnnotations.from(point.getAnnotations()).get(Qualifier.class);
		String qualified = qualifier.getValue("value", String.class).orElse("");
		if (StringUtils.hasText(qualified)) {
			return qualified;
		}
		MethodParameter parameter = point.getMethodParameter();
		if (parameter != null) {
			parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
			return parameter.getParameterName();
		}
		return point.getMember().getName();
	}

}
