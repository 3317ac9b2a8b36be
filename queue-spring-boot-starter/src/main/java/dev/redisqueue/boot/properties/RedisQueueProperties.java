package dev.redisqueue.boot.properties;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.redisqueue.ExpiryPolicy;
import dev.redisqueue.MessageFormat;
import dev.redisqueue.OverflowPolicy;
import dev.redisqueue.TransactionMode;
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
 * @param shutdownTimeout Time that handlers of listeners get to end when the application
 * stops. Shorter than spring.lifecycle.timeout-per-shutdown-phase.
 * @param transaction What a put does within a Spring transaction.
 * @param listeners what holds for all listeners
 * @param defaults what holds for every queue that does not set it itself
 * @param queues Queues by bean name. A name alone, with an empty value, declares a queue
 * of strings.
 */
@ConfigurationProperties("redis.queue")
public record RedisQueueProperties(@DefaultValue("queue") String namespace, @DefaultValue("true") boolean failFast,
		@DefaultValue("25s") Duration shutdownTimeout, @DefaultValue("after-commit") TransactionMode transaction,
		@DefaultValue Listeners listeners, @DefaultValue Defaults defaults, @DefaultValue Map<String, Queue> queues) {

	/**
	 * What holds for all listeners.
	 *
	 * @param autoStartup Whether listeners start with the application, if their
	 * annotation says nothing.
	 * @param idleEventInterval Time without a message after which a listener publishes an
	 * event, again and again. None if not set.
	 */
	record Listeners(@DefaultValue("true") boolean autoStartup, @Nullable Duration idleEventInterval) {

	}

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
	 * @param backoff when a message is tried again
	 * @param holdWarning Time after which a delivery that is not settled is reported in
	 * the log.
	 * @param maxHold Time after which a delivery that is not settled is taken back: its
	 * message goes back to the queue as a failed attempt. Unlimited if not set.
	 * @param maxPutSize Size above which a payload is refused by put.
	 * @param maxReceivedSize Size above which a message becomes a dead letter without
	 * being loaded.
	 * @param expiredMessages What becomes of a message whose time has passed before it
	 * was handed out.
	 * @param maxSize Number of ready messages above which a put finds the queue full.
	 * Unlimited if 0.
	 * @param whenFull What a put does where the queue is full.
	 * @param putTimeout Time that a put waits for room, if it does.
	 * @param deadLetters how many dead letters are kept, and how long
	 * @param database Number of the Redis database, if not the one of the connection. Not
	 * in Cluster.
	 * @param connectionFactory Bean name of the LettuceConnectionFactory to use, if not
	 * the one of the application.
	 * @param concurrency Number of messages that a listener handles at the same time, if
	 * its annotation sets none, from 1 to 1000.
	 * @param handlerTimeout Time after which a handler of a listener is interrupted and
	 * its message counts as failed. Unlimited if not set.
	 * @param failure what becomes of a message whose handler throws
	 */
	record Defaults(@DefaultValue("java.lang.String") Class<?> payloadType,
			@DefaultValue("framed") MessageFormat format, @Nullable String codec, @DefaultValue("30s") Duration lease,
			@DefaultValue("10") int maxAttempts, @DefaultValue DefaultBackoff backoff,
			@DefaultValue("10m") Duration holdWarning, @Nullable Duration maxHold,
			@DefaultValue("1MB") DataSize maxPutSize, @DefaultValue("8MB") DataSize maxReceivedSize,
			@DefaultValue("bury") ExpiryPolicy expiredMessages, @DefaultValue("0") long maxSize,
			@DefaultValue("reject") OverflowPolicy whenFull, @DefaultValue("10s") Duration putTimeout,
			@DefaultValue DefaultDeadLetters deadLetters, @Nullable Integer database,
			@Nullable String connectionFactory, @DefaultValue("1") int concurrency, @Nullable Duration handlerTimeout,
			@DefaultValue Failure failure) {

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
	 * @param backoff when a message is tried again
	 * @param holdWarning Time after which a delivery that is not settled is reported.
	 * @param maxHold Time after which a delivery that is not settled is taken back.
	 * @param maxPutSize Size above which a payload is refused by put.
	 * @param maxReceivedSize Size above which a message becomes a dead letter.
	 * @param expiredMessages What becomes of a message whose time has passed.
	 * @param maxSize Number of ready messages above which the queue is full.
	 * @param whenFull What a put does where the queue is full.
	 * @param putTimeout Time that a put waits for room.
	 * @param deadLetters how many dead letters are kept, and how long
	 * @param database Number of the Redis database.
	 * @param connectionFactory Bean name of the LettuceConnectionFactory.
	 * @param concurrency Number of messages that a listener handles at the same time.
	 * @param handlerTimeout Time after which a handler of a listener is interrupted.
	 * @param failure what becomes of a message whose handler throws
	 */
	record Queue(@Nullable String name, @Nullable String namespace, @Nullable Class<?> payloadType,
			@Nullable MessageFormat format, @Nullable String codec, @Nullable Duration lease,
			@Nullable Integer maxAttempts, @DefaultValue Backoff backoff, @Nullable Duration holdWarning,
			@Nullable Duration maxHold, @Nullable DataSize maxPutSize, @Nullable DataSize maxReceivedSize,
			@Nullable ExpiryPolicy expiredMessages, @Nullable Long maxSize, @Nullable OverflowPolicy whenFull,
			@Nullable Duration putTimeout, @DefaultValue DeadLetters deadLetters, @Nullable Integer database,
			@Nullable String connectionFactory, @Nullable Integer concurrency, @Nullable Duration handlerTimeout,
			@DefaultValue Failure failure) {

	}

	/**
	 * When a message is tried again: after a random time up to a limit that doubles.
	 *
	 * @param first Limit of the random delay after the first attempt; it doubles with
	 * every further one.
	 * @param longest Limit of the random delay however many attempts there were.
	 */
	record DefaultBackoff(@DefaultValue("1s") Duration first, @DefaultValue("10m") Duration longest) {

	}

	/**
	 * When a message of one queue is tried again.
	 *
	 * @param first Limit of the delay after the first attempt.
	 * @param longest Limit of the delay.
	 */
	record Backoff(@Nullable Duration first, @Nullable Duration longest) {

	}

	/**
	 * Which dead letters are kept.
	 *
	 * @param limit Number of dead letters that are kept; beyond it the oldest go.
	 * Unlimited if 0.
	 * @param age Time that dead letters are kept. Unlimited if not set.
	 */
	record DefaultDeadLetters(@DefaultValue("0") long limit, @Nullable Duration age) {

	}

	/**
	 * Which dead letters of one queue are kept.
	 *
	 * @param limit Number of dead letters that are kept.
	 * @param age Time that dead letters are kept.
	 */
	record DeadLetters(@Nullable Long limit, @Nullable Duration age) {

	}

	/**
	 * What becomes of a message whose handler throws, by the class of the exception or
	 * its nearest superclass here.
	 *
	 * @param retry Comma-separated list of exception classes after which a message is
	 * tried again, as it is after every class that is in no list.
	 * @param bury Comma-separated list of exception classes after which a message becomes
	 * a dead letter at once.
	 * @param release Comma-separated list of exception classes after which a message goes
	 * back to the head of the queue, since what the handler needs is away.
	 * @param discard Comma-separated list of exception classes after which a message is
	 * removed, with a line in the log.
	 */
	record Failure(@DefaultValue List<String> retry, @DefaultValue List<String> bury,
			@DefaultValue List<String> release, @DefaultValue List<String> discard) {

	}

}
