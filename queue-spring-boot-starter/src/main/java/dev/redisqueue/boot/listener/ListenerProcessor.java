package dev.redisqueue.boot.listener;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.properties.QueueSettings;
import dev.redisqueue.boot.properties.RedisQueueSettings;
import dev.redisqueue.boot.queues.QueueDefinitions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.env.Environment;

/**
 * Finds the methods with {@link RedisQueueListener}: before there are beans, to declare
 * the queues that they name, and when all are there, to make their containers.
 */
public final class ListenerProcessor implements BeanDefinitionRegistryPostProcessor, SmartInitializingSingleton {

	private final Environment environment;

	private final ConfigurableListableBeanFactory beanFactory;

	private final ListenerMethods methods;

	private final ListenedQueues listened = new ListenedQueues();

	/** Read once, though a listener is found twice: by its definition, and as a bean. */
	private final Map<ListenerMethod, ListenerDeclaration> declarations = new HashMap<>();

	private @Nullable RedisQueueSettings settings;

	public ListenerProcessor(Environment environment, ConfigurableListableBeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
		this.methods = new ListenerMethods(beanFactory);
	}

	/** All queues, those that only listeners name included. */
	public RedisQueueSettings settings() {
		return Objects.requireNonNull(this.settings);
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		QueueDefinitions definitions = new QueueDefinitions(registry);
		List<ListenerMethod> listeners = this.methods.ofDefinitions();
		Map<String, String> aliases = new HashMap<>();
		for (ListenerMethod listener : listeners) {
			declaration(listener).queues()
				.forEach((queue) -> aliases.merge(QueueDefinitions.camelCase(queue), queue,
						(one, other) -> (one.length() >= other.length()) ? one : other));
		}
		for (ListenerMethod listener : listeners) {
			ListenerDeclaration declaration = declaration(listener);
			ListenerSignature signature = ListenerSignature.of(listener, declaration.batch());
			for (String queue : declaration.queues()) {
				ask(definitions, canonical(queue, aliases), listener, signature);
			}
		}
		RedisQueueSettings bound = definitions.kept();
		this.settings = ((bound != null) ? bound : RedisQueueSettings.bind(this.environment))
			.with(this.listened.byName());
		if (!this.listened.byName().isEmpty()) {
			definitions.update(this.settings.queues());
		}
	}

	private ListenerDeclaration declaration(ListenerMethod listener) {
		return this.declarations.computeIfAbsent(listener,
				(method) -> ListenerDeclaration.of(method, this.environment));
	}

	/**
	 * A queue that only listeners name has its alias too, whichever of them comes first.
	 */
	private String canonical(String queue, Map<String, String> aliases) {
		String name = QueueDefinitions.canonical(queue, this.beanFactory);
		return this.beanFactory.containsBean(name) ? name : aliases.getOrDefault(name, name);
	}

	private void ask(QueueDefinitions definitions, String queue, ListenerMethod listener, ListenerSignature signature) {
		boolean exists = this.beanFactory.containsBean(queue);
		if (exists && !definitions.isConfigured(queue)) {
			String owner = definitions.otherOwner(queue);
			if (owner != null) {
				throw listener.mistake("names the queue '" + queue + "', but the bean of that name is " + owner + ".",
						"Name a queue, or rename that bean.");
			}
			return;
		}
		if (!exists && !QueueSettings.isName(queue)) {
			throw listener.mistake(
					"names the queue '" + queue + "'; a name has 1 to 128 letters, digits, '.', '_' or '-'.",
					"Correct the name.");
		}
		requirePlain(queue, listener, signature);
		this.listened.add(queue, listener, signature);
	}

	private static void requirePlain(String queue, ListenerMethod listener, ListenerSignature signature) {
		if (!signature.isPlain()) {
			throw listener.mistake(
					"takes " + signature.payload() + " from the queue '" + queue
							+ "', but a queue that is declared by properties or listeners carries a plain class.",
					"Define the queue: @Bean RedisQueue<" + signature.payload() + "> "
							+ QueueDefinitions.camelCase(queue)
							+ "(RedisQueueFactory factory), made with a ParameterizedTypeReference.");
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<ListenerMethod> listeners = this.methods.ofBeans();
		if (!listeners.isEmpty()) {
			ListenerContainers containers = new ListenerContainers(this.beanFactory, this.environment,
					this.beanFactory.getBean(DefaultListenerRegistry.class));
			listeners.forEach((listener) -> containers.add(listener, declaration(listener)));
		}
	}

}
