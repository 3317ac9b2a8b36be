package dev.redisqueue.boot.listener;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.listener.ListenerState;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;

/**
 * The listeners of an application, filled by {@link ListenerContainers}.
 */
public final class DefaultListenerRegistry
		implements RedisQueueListenerRegistry, ApplicationEventPublisherAware, DisposableBean {

	public static final String BEAN_NAME = "redisQueueListenerRegistry";

	private final Map<String, RegisteredListener> listeners = new LinkedHashMap<>();

	private volatile boolean running;

	private volatile boolean started;

	private @Nullable ApplicationEventPublisher publisher;

	/** The ids of those that the last stop has stopped. */
	private @Nullable Set<String> ranBefore;

	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
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
		if (this.publisher != null) {
			listener.container().setApplicationEventPublisher(this.publisher);
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

	/** After a stop: what ran before it, whoever had started it. */
	@Override
	public void start() {
		toStart().forEach(RedisQueueListenerContainer::start);
	}

	/** A start may wait for a stop under way, whose handlers may ask the registry. */
	private synchronized List<RedisQueueListenerContainer<?>> toStart() {
		this.running = true;
		this.started = true;
		Set<String> before = this.ranBefore;
		this.ranBefore = null;
		return select((listener) -> (before != null) ? before.contains(listener.container().id())
				: listener.container().isAutoStartup());
	}

	@Override
	public void stop() {
		List<RedisQueueListenerContainer<?>> containers = toStop();
		if (containers.stream().anyMatch(RedisQueueListenerContainer::isOwnThread)) {
			// A handler calls: nobody waits for it, nor for others that call at the same
			// time.
			containers.stream()
				.filter((container) -> !container.isOwnThread())
				.forEach((container) -> container.stop(() -> {
				}));
			containers.stream()
				.filter(RedisQueueListenerContainer::isOwnThread)
				.forEach(RedisQueueListenerContainer::stop);
			return;
		}
		CountDownLatch stopped = new CountDownLatch(1);
		stop(containers, stopped::countDown);
		try {
			stopped.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop(Runnable callback) {
		stop(toStop(), callback);
	}

	private synchronized List<RedisQueueListenerContainer<?>> toStop() {
		List<RedisQueueListenerContainer<?>> containers = select((listener) -> listener.container().isRunning());
		if (this.running) {
			this.running = false;
			this.ranBefore = containers.stream()
				.filter((container) -> container.state() != ListenerState.STOPPING)
				.map(RedisQueueListenerContainer::id)
				.collect(Collectors.toSet());
		}
		return containers;
	}

	private static void stop(List<RedisQueueListenerContainer<?>> containers, Runnable callback) {
		AtomicInteger left = new AtomicInteger(containers.size() + 1);
		Runnable oneLess = () -> {
			if (left.decrementAndGet() == 0) {
				callback.run();
			}
		};
		containers.forEach((container) -> container.stop(oneLess));
		oneLess.run();
	}

	/** Also while handlers still run after a stop, or a listener was started by hand. */
	@Override
	public boolean isRunning() {
		return this.running || (this.started && !select((listener) -> listener.container().isRunning()).isEmpty());
	}

	/** Where the start of the application failed, nobody has stopped them. */
	@Override
	public void destroy() {
		stop();
	}

}
