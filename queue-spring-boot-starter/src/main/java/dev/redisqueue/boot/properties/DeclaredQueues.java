package dev.redisqueue.boot.properties;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Which queues there are. The names of the properties tell more than binding does, which
 * passes over a queue whose only value is empty.
 */
final class DeclaredQueues {

	private static final ConfigurationPropertyName QUEUES = ConfigurationPropertyName.of("redis.queue.queues");

	private DeclaredQueues() {
	}

	/**
	 * An environment variable cannot spell dashes, dots or capitals. Its value reaches
	 * the declared queue by itself, but also appears as a queue under its own spelling.
	 */
	static Set<String> names(Set<String> bound, Environment environment, Set<String> listened) {
		Set<String> typed = of(environment, false);
		typed.addAll(listened);
		Map<String, String> declared = new LinkedHashMap<>();
		for (String name : typed) {
			String other = declared.put(PropertyKeys.collapsed(name), name);
			if (other != null) {
				throw new QueueStartupException(
						"The queues '" + other + "' and '" + name + "' of 'redis.queue.queues' differ only in dashes, "
								+ "dots or case, which Spring Boot does not tell apart: each would get the other's "
								+ "properties.",
						"Spell the name alike in all properties and listeners, or choose another name for one of the "
								+ "queues.");
			}
		}
		Set<String> all = new LinkedHashSet<>(bound);
		all.addAll(declared.values());
		all.addAll(of(environment, true));
		return all.stream()
			.filter((name) -> name.equals(declared.getOrDefault(PropertyKeys.collapsed(name), name)))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static Set<String> of(Environment environment, boolean variables) {
		Iterable<ConfigurationPropertySource> sources = ConfigurationPropertySources.get(environment);
		return StreamSupport.stream(sources.spliterator(), false)
			.filter((source) -> variables == (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource))
			.filter(IterableConfigurationPropertySource.class::isInstance)
			.map(IterableConfigurationPropertySource.class::cast)
			.flatMap(IterableConfigurationPropertySource::stream)
			.filter((name) -> QUEUES.isAncestorOf(name) && (isField(name) || (!variables && QUEUES.isParentOf(name))))
			.map((name) -> name.getElement(QUEUES.getNumberOfElements(), Form.ORIGINAL))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static boolean isField(ConfigurationPropertyName name) {
		int queue = QUEUES.getNumberOfElements() + 1;
		return name.getNumberOfElements() > queue
				&& KnownProperties.contains(KnownProperties.OF_QUEUE, PropertyKeys.readable(name.subName(queue)));
	}

}
