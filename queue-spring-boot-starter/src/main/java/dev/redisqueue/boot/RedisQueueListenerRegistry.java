package dev.redisqueue.boot;

import java.util.Collection;
import java.util.Optional;

import dev.redisqueue.listener.RedisQueueListenerContainer;

import org.springframework.context.SmartLifecycle;

/**
 * The listeners that {@link RedisQueueListener} methods have made, to be started,
 * stopped, paused and resumed at run time. <pre>{@code
 * registry.container("shipping.ship").ifPresent(RedisQueueListenerContainer::start);
 * registry.ofQueue("orders").forEach(RedisQueueListenerContainer::pause);
 * }</pre>
 * <p>
 * They start last and stop first of all beans, all at the same time, and are done with
 * Redis before its connections go. Containers that are beans themselves are not among
 * them; they do the same on their own.
 */
public interface RedisQueueListenerRegistry extends SmartLifecycle {

	/**
	 * All listeners.
	 * @return the containers, those that do not run included
	 */
	Collection<RedisQueueListenerContainer<?>> containers();

	/**
	 * The listener of an id.
	 * @param id the id
	 * @return the container, or empty if there is none
	 */
	Optional<RedisQueueListenerContainer<?>> container(String id);

	/**
	 * The listeners of a queue.
	 * @param queue the bean name of the queue, or an alias
	 * @return the containers that listen to this queue, and maybe to others too
	 */
	Collection<RedisQueueListenerContainer<?>> ofQueue(String queue);

	/**
	 * Starts the listeners that start with the application; after a stop, those that ran
	 * before it instead, whoever had started or stopped them.
	 */
	@Override
	void start();

	/**
	 * Stops all listeners at the same time, and returns when they have stopped; called by
	 * a handler it returns at once, and the rest goes on without it.
	 */
	@Override
	void stop();

	/**
	 * Stops all listeners at the same time. Where a handler calls, by closing the
	 * application say, that handler is not waited for: its message goes back as if it had
	 * been interrupted.
	 */
	@Override
	void stop(Runnable callback);

}
