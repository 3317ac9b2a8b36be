package dev.redisqueue.boot.listener;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.properties.FailureRows;
import dev.redisqueue.boot.properties.ListenerSettings;
import dev.redisqueue.boot.properties.PropertyKeys;
import dev.redisqueue.boot.properties.QueueStartupException;
import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Which policy a queue has: that of the bean named after it, else that of the properties,
 * else that of the one bean for all queues, else the default.
 */
final class FailurePolicies {

	private static final String SUFFIX = "FailurePolicy";

	static final String VIOLATION = "jakarta.validation.ConstraintViolationException";

	private final ConfigurableListableBeanFactory beanFactory;

	/** Equal settings have the same policy. */
	private final Map<FailureRows, FailurePolicy> configured = new HashMap<>();

	FailurePolicies(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	FailurePolicy of(String queue, ListenerSettings settings) {
		String own = named(queue);
		if (own != null) {
			requireNoOther(queue, own, settings);
			return this.beanFactory.getBean(own, FailurePolicy.class);
		}
		String general = settings.failures().outcomes().isEmpty() ? general() : null;
		return (general != null) ? this.beanFactory.getBean(general, FailurePolicy.class)
				: this.configured.computeIfAbsent(settings.failures(), FailurePolicies::byClass);
	}

	private static FailurePolicy byClass(FailureRows rows) {
		Map<Class<? extends Throwable>, FailureOutcome> outcomes = new HashMap<>();
		outcomes.put(UnusableHeaderException.class, FailureOutcome.bury());
		ClassLoader classLoader = FailurePolicies.class.getClassLoader();
		if (ClassUtils.isPresent(VIOLATION, classLoader)) {
			outcomes.put(ClassUtils.resolveClassName(VIOLATION, classLoader).asSubclass(Throwable.class),
					FailureOutcome.bury());
		}
		outcomes.putAll(rows.outcomes());
		return FailurePolicy.byClass(outcomes);
	}

	private static void requireNoOther(String queue, String bean, ListenerSettings settings) {
		if (settings.ownFailures()) {
			String property = PropertyKeys.ofQueue(queue, "failure");
			throw new QueueStartupException("The queue '" + queue + "' has the failure policy of the bean '" + bean
					+ "', and the properties '" + property + ".*' say something else.",
					"Remove " + property + ".*, or rename the bean.");
		}
	}

	private @Nullable String named(String queue) {
		return spellings(queue).map((spelling) -> spelling + SUFFIX)
			.filter((name) -> this.beanFactory.containsBean(name)
					&& this.beanFactory.isTypeMatch(name, FailurePolicy.class))
			.findFirst()
			.orElse(null);
	}

	private Stream<String> spellings(String queue) {
		return Stream.concat(Stream.of(queue), Arrays.stream(this.beanFactory.getAliases(queue)));
	}

	private @Nullable String general() {
		List<String> candidates = Arrays.stream(this.beanFactory.getBeanNamesForType(FailurePolicy.class))
			.filter((name) -> !isOfQueue(name))
			.toList();
		List<String> primary = candidates.stream().filter(this::isPrimary).toList();
		List<String> chosen = primary.isEmpty() ? candidates : primary;
		if (chosen.size() > 1) {
			throw new QueueStartupException(
					"There are several FailurePolicy beans, none of them named after a queue, and not one is the "
							+ "primary one: " + candidates + ".",
					"Mark one as @Primary, which then holds for all queues, or name each '<queue>FailurePolicy'.");
		}
		return chosen.isEmpty() ? null : chosen.get(0);
	}

	private boolean isOfQueue(String name) {
		return Arrays.stream(this.beanFactory.getBeanNamesForType(RedisQueue.class))
			.flatMap(this::spellings)
			.anyMatch((queue) -> name.equals(queue + SUFFIX));
	}

	private boolean isPrimary(String name) {
		return this.beanFactory.containsBeanDefinition(name)
				&& this.beanFactory.getMergedBeanDefinition(name).isPrimary();
	}

}
