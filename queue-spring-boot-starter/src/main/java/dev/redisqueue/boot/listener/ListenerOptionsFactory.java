package dev.redisqueue.boot.listener;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.properties.ListenerSettings;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.listener.FailurePolicy;
import dev.redisqueue.listener.ListenerOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/**
 * Puts together what the annotation says and what holds for the queues.
 */
final class ListenerOptionsFactory {

	private static final Logger logger = LoggerFactory.getLogger(RedisQueueListener.class);

	private static final Duration DEFAULT_PHASE = Duration.ofSeconds(30);

	/** What is left to do when the handlers have ended. */
	private static final Duration AFTER_HANDLERS = Duration.ofSeconds(2);

	private final RedisQueueSettings settings;

	private final FailurePolicies policies;

	private final Environment environment;

	private final ConfigurableListableBeanFactory beanFactory;

	ListenerOptionsFactory(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.settings = beanFactory.getBean(RedisQueueSettings.class);
		this.policies = new FailurePolicies(beanFactory);
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	/** Where a stop of the application would be over before that of the listeners. */
	void warnOfShortPhase() {
		Duration phase = Binder.get(this.environment)
			.bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
			.orElse(DEFAULT_PHASE);
		if (this.settings.shutdownTimeout().plus(AFTER_HANDLERS).compareTo(phase) > 0) {
			logger.warn("redis.queue.shutdown-timeout is {} ms, but a stop of the application waits for "
					+ "spring.lifecycle.timeout-per-shutdown-phase only, which is {} ms: listeners may be cut off from "
					+ "Redis while their handlers still run. Make the first shorter than the second, by 2 s or more",
					this.settings.shutdownTimeout().toMillis(), phase.toMillis());
		}
	}

	ListenerOptions of(ListenerMethod listener, ListenerDeclaration declaration) {
		Set<Treatment> treatments = new LinkedHashSet<>();
		declaration.queues().forEach((queue) -> treatments.add(treatment(queue, declaration.concurrency())));
		if (treatments.size() > 1) {
			throw listener.mistake(
					"listens to the queues " + String.join(", ", declaration.queues())
							+ ", which differ in concurrency, handler-timeout or failure policy.",
					"Set these alike for all of them, or give each a listener of its own. A concurrency in the "
							+ "annotation holds for all.");
		}
		ListenerOptions options = options(treatments.iterator().next()).withBatch(declaration.batch());
		Boolean autoStartup = declaration.autoStartup();
		return (autoStartup != null) ? options.withAutoStartup(autoStartup) : options;
	}

	/** What holds for the listeners of a queue. */
	ListenerOptions of(String queue) {
		return options(treatment(queue, null));
	}

	private ListenerOptions options(Treatment treatment) {
		return ListenerOptions.defaults()
			.withConcurrency(treatment.concurrency())
			.withHandlerTimeout(treatment.handlerTimeout())
			.withShutdownTimeout(this.settings.shutdownTimeout())
			.withFailurePolicy(treatment.policy())
			.withVirtualThreads(Threading.VIRTUAL.isActive(this.environment))
			.withAutoStartup(this.settings.autoStartup())
			.withIdleEventInterval(this.settings.idleEventInterval())
			.withTaskDecorator(taskDecorator());
	}

	/** All that there are, as Spring Boot does with those of its executors. */
	private @Nullable TaskDecorator taskDecorator() {
		List<TaskDecorator> decorators = this.beanFactory.getBeanProvider(TaskDecorator.class).orderedStream().toList();
		return switch (decorators.size()) {
			case 0 -> null;
			case 1 -> decorators.get(0);
			default -> new CompositeTaskDecorator(decorators);
		};
	}

	private Treatment treatment(String queue, @Nullable Integer concurrency) {
		ListenerSettings settings = this.settings.listeners(queue);
		return new Treatment((concurrency != null) ? concurrency : settings.options().concurrency(),
				settings.options().handlerTimeout(), this.policies.of(queue, settings));
	}

	/**
	 * What the queues of one listener have in common.
	 */
	private record Treatment(int concurrency, @Nullable Duration handlerTimeout, FailurePolicy policy) {
	}

}
