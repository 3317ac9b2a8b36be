package dev.redisqueue.boot;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import dev.redisqueue.listener.RedisQueueListenerContainer;

import org.springframework.beans.factory.DisposableBean;
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
public final class RedisQueueListenerRegistry implements SmartLifecycle, DisposableBean {

	private final Map<String, RegisteredListener> listeners = new LinkedHashMap<>();

	private volatile boolean running;

	RedisQueueListenerRegistry() {
	}

	/** By the id that the annotation gives, or one made of the default. */
	synchronized void add(RegisteredListener listener) {
		String id = listener.container().id();
		RegisteredListener other = this.listeners.putIfAbsent(id, listener);
		if (other != null) {
			throw listener.method()
				.mistake("has the id '" + id + "', which is also that of the listener " + other.method().description()
						+ ".", "Give one of the two another id.");
		}
	}

	/**
	 * All listeners.
	 * @return the containers, those that do not run included
	 */
	public Collection<RedisQueueListenerContainer<?>> containers() {
		return select((listener) -> true);
	}

	/**
	 * The listener of an id.
	 * @param id the id
	 * @return the container, or empty if there is none
	 */
	public Optional<RedisQueueListenerContainer<?>> container(String id) {
		return select((listener) -> listener.container().id().equals(id)).stream().findFirst();
	}

	/**
	 * The listeners of a queue.
	 * @param queue the bean name of the queue, or an alias
	 * @return the containers that listen to this queue, and maybe to others too
	 */
	public Collection<RedisQueueListenerContainer<?>> ofQueue(String queue) {
		return select((listener) -> listener.queues().contains(queue));
	}

	private synchronized List<RedisQueueListenerContainer<?>> select(Predicate<RegisteredListener> condition) {
		return this.listeners.values()
			.stream()
			.filter(condition)
			.<RedisQueueListenerContainer<?>>map(RegisteredListener::container)
			.toList();
	}

	/** Starts the listeners that start with the application. */
	@Override
	public void start() {
		this.running = true;
		select(RegisteredListener::autoStartup).forEach(RedisQueueListenerContainer::start);
	}

	/** Stops all listeners at the same time, and returns when they have stopped. */
	@Override
	public void stop() {
		CountDownLatch stopped = new CountDownLatch(1);
		stop(stopped::countDown);
		try {
			stopped.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Stops all listeners at the same time. */
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		List<RedisQueueListenerContainer<?>> containers = select((listener) -> listener.container().isRunning());
		AtomicInteger left = new AtomicInteger(containers.size() + 1);
		Runnable oneLess = () -> {
			if (left.decrementAndGet() == 0) {
				callback.run();
			}
		};
		containers.forEach((container) -> container.stop(oneLess));
		oneLess.run();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Where the start of the application failed, nobody has stopped them. */
	@Override
	public void destroy() {
		stop();
	}

}
