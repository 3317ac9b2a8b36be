package dev.redisqueue.boot;

import java.time.Duration;
import java.util.Map;

import dev.redisqueue.MessageFormat;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What {@code redis.queue.*} sets. The descriptions are those of the metadata.
 *
 * @param namespace Text before the name of every queue in Redis, where the list is
 * 'namespace:name'.
 * @param failFast Whether to fail at start if Redis cannot be reached. If not, queues
 * work as soon as it can.
 * @param defaults what holds for every queue that does not set it itself
 * @param queues Queues by bean name. A name alone, with an empty value, declares a queue
 * of strings.
 */
@ConfigurationProperties("redis.queue")
record RedisQueueProperties(@DefaultValue("queue") String namespace, @DefaultValue("true") boolean failFast,
		@DefaultValue Defaults defaults, @DefaultValue Map<String, Queue> queues) {

	/**
	 * What holds for every queue.
	 *
	 * @param payloadType Class of the payloads. String and byte[] travel as they are,
	 * every other class as JSON.
	 * @param format How messages are written: with a short readable head, or raw for
	 * clients in other languages.
	 * @param codec Bean name of the PayloadCodec that turns payloads into bytes, if not
	 * the one of the payload type.
	 * @param lease Time after which the messages of a consumer that died come back, from
	 * 1s to 1h.
	 * @param maxAttempts Number of times a message is handed out before it becomes a dead
	 * letter.
	 * @param maxPutSize Size above which a payload is refused by put.
	 * @param maxReceivedSize Size above which a message becomes a dead letter without
	 * being loaded.
	 * @param database Number of the Redis database, if not the one of the connection. Not
	 * in Cluster.
	 * @param connectionFactory Bean name of the LettuceConnectionFactory to use, if not
	 * the one of the application.
	 */
	record Defaults(@DefaultValue("java.lang.String") Class<?> payloadType,
			@DefaultValue("framed") MessageFormat format, @Nullable String codec, @DefaultValue("30s") Duration lease,
			@DefaultValue("10") int maxAttempts, @DefaultValue("1MB") DataSize maxPutSize,
			@DefaultValue("8MB") DataSize maxReceivedSize, @Nullable Integer database,
			@Nullable String connectionFactory) {

	}

	/**
	 * What one queue sets for itself; {@code null} is the default.
	 *
	 * @param name Name in Redis, if not the bean name.
	 * @param namespace Text before the name in Redis.
	 * @param payloadType Class of the payloads.
	 * @param format How messages are written.
	 * @param codec Bean name of the PayloadCodec.
	 * @param lease Time after which the messages of a consumer that died come back.
	 * @param maxAttempts Number of times a message is handed out.
	 * @param maxPutSize Size above which a payload is refused by put.
	 * @param maxReceivedSize Size above which a message becomes a dead letter.
	 * @param database Number of the Redis database.
	 * @param connectionFactory Bean name of the LettuceConnectionFactory.
	 */
	record Queue(@Nullable String name, @Nullable String namespace, @Nullable Class<?> payloadType,
			@Nullable MessageFormat format, @Nullable String codec, @Nullable Duration lease,
			@Nullable Integer maxAttempts, @Nullable DataSize maxPutSize, @Nullable DataSize maxReceivedSize,
			@Nullable Integer database, @Nullable String connectionFactory) {

	}

}
