package dev.redisqueue.boot.listener;

import java.time.Duration;
import java.util.LinkedHashSet;
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

	private final boolean virtualThreads;

	ListenerOptionsFactory(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.settings = beanFactory.getBean(RedisQueueSettings.class);
		this.policies = new FailurePolicies(beanFactory);
		this.virtualThreads = Threading.VIRTUAL.isActive(environment);
		warnOfShortPhase(environment);
	}

	private void warnOfShortPhase(Environment environment) {
		Duration phase = Binder.get(environment)
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
		Treatment treatment = treatments.iterator().next();
		return ListenerOptions.defaults()
			.withConcurrency(treatment.concurrency())
			.withBatch(declaration.batch())
			.withHandlerTimeout(treatment.handlerTimeout())
			.withShutdownTimeout(this.settings.shutdownTimeout())
			.withFailurePolicy(treatment.policy())
			.withVirtualThreads(this.virtualThreads);
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
