package dev.redisqueue.boot.listener;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.listener.RedisQueueListenerContainer;

import org.springframework.beans.factory.DisposableBean;

/**
 * The listeners of an application, filled by {@link ListenerContainers}.
 */
public final class DefaultListenerRegistry implements RedisQueueListenerRegistry, DisposableBean {

	public static final String BEAN_NAME = "redisQueueListenerRegistry";

	private final Map<String, RegisteredListener> listeners = new LinkedHashMap<>();

	private volatile boolean running;

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

	@Override
	public Collection<RedisQueueListenerContainer<?>> containers() {
		return select((listener) -> true);
	}

	@Override
	public Optional<RedisQueueListenerContainer<?>> container(String id) {
		return select((listener) -> listener.container().id().equals(id)).stream().findFirst();
	}

	@Override
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

	@Override
	public void start() {
		this.running = true;
		select(RegisteredListener::autoStartup).forEach(RedisQueueListenerContainer::start);
	}

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
