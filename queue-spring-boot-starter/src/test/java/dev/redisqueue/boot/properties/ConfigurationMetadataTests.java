package dev.redisqueue.boot.properties;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.redisqueue.Backoff;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.boot.properties.RedisQueueProperties.Defaults;
import dev.redisqueue.listener.ListenerOptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an editor shows about {@code redis.queue.*} is complete and true.
 */
class ConfigurationMetadataTests {

	private static final Set<String> WITHOUT_DEFAULT = Set.of("redis.queue.queues", "redis.queue.defaults.codec",
			"redis.queue.defaults.database", "redis.queue.defaults.connection-factory",
			"redis.queue.defaults.handler-timeout", "redis.queue.defaults.max-hold",
			"redis.queue.defaults.dead-letters.age", "redis.queue.defaults.failure.retry",
			"redis.queue.defaults.failure.bury", "redis.queue.defaults.failure.release",
			"redis.queue.defaults.failure.discard", "redis.queue.listeners.idle-event-interval");

	private final JsonNode metadata = read();

	@Test
	void everyPropertyHasADescription() {
		assertThat(properties()).isNotEmpty()
			.allSatisfy((name, property) -> assertThat(property.path("description").asString()).as(name).endsWith("."));
	}

	@Test
	void everyPropertyWithADefaultTellsIt() {
		assertThat(properties()).allSatisfy((name, property) -> assertThat(property.has("defaultValue")).as(name)
			.isEqualTo(!WITHOUT_DEFAULT.contains(name)));
	}

	@Test
	void everyPropertyThatIsNoFlagAndNoNumberHasHints() {
		Set<String> hinted = new TreeSet<>();
		this.metadata.path("hints")
			.forEach((hint) -> hinted.add(hint.path("name").asString().replaceFirst("\\.keys$", "")));
		assertThat(properties()).allSatisfy((name, property) -> {
			if (!Set.of("java.lang.Boolean", "java.lang.Integer").contains(property.path("type").asString())) {
				assertThat(hinted).contains(name);
			}
		});
	}

	@Test
	void theDefaultsAreThoseOfTheQueue() {
		RedisQueueProperties bound = new Binder(new MapConfigurationPropertySource()).bindOrCreate("redis.queue",
				RedisQueueProperties.class);
		Defaults defaults = bound.defaults();
		QueueOptions options = QueueOptions.defaults();
		assertThat(defaults.lease()).isEqualTo(options.lease()).isEqualTo(Duration.ofSeconds(30));
		assertThat(defaults.maxAttempts()).isEqualTo(options.maxAttempts());
		assertThat(defaults.format()).isEqualTo(options.format());
		assertThat(defaults.maxPutSize().toBytes()).isEqualTo(options.maxPutBytes());
		assertThat(defaults.maxReceivedSize().toBytes()).isEqualTo(options.maxReceivedBytes());
		assertThat(Backoff.exponential(defaults.backoff().first(), defaults.backoff().longest()))
			.isEqualTo(options.backoff());
		assertThat(defaults.holdWarning()).isEqualTo(options.holdWarning());
		assertThat(defaults.maxHold()).isEqualTo(options.maxHold()).isNull();
		assertThat(defaults.expiredMessages()).isEqualTo(options.expiredMessages());
		assertThat(defaults.maxSize()).isEqualTo(options.maxSize());
		assertThat(defaults.whenFull()).isEqualTo(options.whenFull());
		assertThat(defaults.putTimeout()).isEqualTo(options.putTimeout());
		assertThat(defaults.deadLetters().limit()).isEqualTo(options.deadLetterLimit());
		assertThat(defaults.deadLetters().age()).isEqualTo(options.deadLetterAge());
		assertThat(defaults.concurrency()).isEqualTo(ListenerOptions.defaults().concurrency());
		assertThat(defaults.handlerTimeout()).isEqualTo(ListenerOptions.defaults().handlerTimeout());
		assertThat(
				new Binder(new MapConfigurationPropertySource()).bindOrCreate("redis.queue", RedisQueueProperties.class)
					.shutdownTimeout())
			.isEqualTo(ListenerOptions.defaults().shutdownTimeout());
		assertThat(properties().get("redis.queue.namespace").path("defaultValue").asString())
			.isEqualTo(options.namespace());
	}

	@Test
	void theKnownNamesAreThoseOfTheMetadata() {
		Set<String> known = new TreeSet<>();
		KnownProperties.OF_ROOT.forEach((name) -> known.add("redis.queue." + name));
		KnownProperties.OF_DEFAULTS.forEach((name) -> known.add("redis.queue.defaults." + name));
		known.add("redis.queue.queues");
		assertThat(properties().keySet()).isEqualTo(known);
	}

	@Test
	void theKnownNamesOfAQueueAreThoseThatBind() {
		List<String> names = names("", RedisQueueProperties.Queue.class).toList();
		assertThat(KnownProperties.OF_QUEUE).containsExactlyInAnyOrderElementsOf(names);
		assertThat(KnownProperties.GROUPS).containsExactlyInAnyOrderElementsOf(names.stream()
			.filter((name) -> name.contains("."))
			.map((name) -> name.substring(0, name.indexOf('.')))
			.collect(Collectors.toSet()));
	}

	private static Stream<String> names(String group, Class<?> type) {
		return Arrays.stream(type.getRecordComponents()).flatMap((component) -> {
			String name = group + DataObjectPropertyName.toDashedForm(component.getName());
			return component.getType().isRecord() ? names(name + ".", component.getType()) : Stream.of(name);
		});
	}

	private Map<String, JsonNode> properties() {
		Map<String, JsonNode> properties = new TreeMap<>();
		this.metadata.path("properties")
			.forEach((property) -> properties.put(property.path("name").asString(), property));
		return properties;
	}

	/**
	 * That of this module: the jars of Spring Boot have one too.
	 */
	private static JsonNode read() {
		try {
			ClassLoader classLoader = RedisQueueProperties.class.getClassLoader();
			for (URL url : Collections.list(classLoader.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream stream = url.openStream()) {
					JsonNode metadata = JsonMapper.shared().readTree(stream);
					if (metadata.path("groups").path(0).path("name").asString().startsWith("redis.queue")) {
						return metadata;
					}
				}
			}
			throw new AssertionError("No metadata");
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

}
