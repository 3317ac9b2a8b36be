package dev.redisqueue.listener;

import java.util.List;

import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Hands the messages of queues to a handler, at least once each. As a bean it starts and
 * stops with the application. <pre>{@code
 * &#64;Bean
 * RedisQueueListenerContainer<Order> shipping(RedisQueue<Order> orders, Shipping shipping) {
 *     return new RedisQueueListenerContainer<>("shipping", List.of(orders),
 *             ListenerOptions.defaults().withConcurrency(4),
 *             DeliveryHandler.each((delivery) -> shipping.ship(delivery.payload())));
 * }
 * }</pre>
 * <p>
 * A handler that returns has its deliveries acknowledged, in bulk with others; one that
 * throws has them decided by the {@link FailurePolicy}. Messages are taken ahead only as
 * far as the handlers work them off within milliseconds, so that a process with slow
 * handlers leaves them to others. Where Redis is away the listener tries again until it
 * is back, whatever the time.
 * <p>
 * Of several queues, a later one is asked only where the earlier ones are empty. During
 * the handler the logging context (MDC) holds {@code queue}, and for a single delivery
 * {@code messageId} and {@code attempt}. A message that came back from a dead consumer
 * runs alone in its listener on its last attempt. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * stopped         at first; the end of a stop       no thread of it runs, but what Redis has not
 *                                                   answered yet
 * running         start, from any thread            it takes and handles
 * stopping        stop, from any thread             still running to the outside; a start or another
 *                                                   stop waits for its end
 * </pre>
 * <p>
 * Whether it is {@linkplain #isPaused() paused} is apart from these: {@link #pause()} and
 * {@link #resume()} hold in each of them, for the next start too.
 *
 * @param <T> the type of the payload
 */
public final class RedisQueueListenerContainer<T> implements SmartLifecycle {

	private final String id;

	private final List<RedisQueue<T>> queues;

	private final ListenerOptions options;

	private final DeliveryHandler<T> handler;

	private volatile @Nullable ListenerRun<T> run;

	/** Not the lock of start and stop, which last: a handler may ask meanwhile. */
	private final Object pausing = new Object();

	private volatile boolean paused;

	/**
	 * Creates a listener that does not run yet.
	 * @param id names it in logs and threads
	 * @param queues the queues, the most important first
	 * @param options its options
	 * @param handler what it does
	 * @throws IllegalArgumentException if there is no queue
	 */
	public RedisQueueListenerContainer(String id, List<? extends RedisQueue<T>> queues, ListenerOptions options,
			DeliveryHandler<T> handler) {
		if (queues.isEmpty()) {
			throw new IllegalArgumentException("The listener " + id + " has no queue to listen to");
		}
		this.id = id;
		this.queues = List.copyOf(queues);
		this.options = options;
		this.handler = handler;
	}

	/**
	 * What names it in logs and threads.
	 * @return the id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * What it listens to.
	 * @return the queues, the most important first
	 */
	public List<RedisQueue<T>> queues() {
		return this.queues;
	}

	/** Starts it; does nothing where it runs. Redis need not be there yet. */
	@Override
	public synchronized void start() {
		if (this.run == null) {
			ListenerRun<T> run = new ListenerRun<>(this.id, this.queues, this.options, this.handler);
			synchronized (this.pausing) {
				// Known before it runs: a handler may stop it at once.
				this.run = run;
				if (this.paused) {
					run.pause();
				}
			}
			run.start();
		}
	}

	/**
	 * Stops it; returns when it has stopped. Messages that no handler has begun go back
	 * to their queue at once; handlers that run get the
	 * {@link ListenerOptions#shutdownTimeout() grace period}, then they are interrupted
	 * and their messages go back too, the attempt not held against them. Does nothing
	 * where it does not run. Called by a handler or the failure policy of its own it
	 * returns as soon as nothing more begins, and the rest of the stop goes on without
	 * it. An interrupt ends the grace period.
	 */
	@Override
	public void stop() {
		ListenerRun<T> current = this.run;
		if (current != null && current.isWorker(Thread.currentThread())) {
			current.endFetching();
			stop(() -> {
			});
		}
		else {
			stopNow();
		}
	}

	private synchronized void stopNow() {
		ListenerRun<T> current = this.run;
		if (current != null) {
			current.stop();
			this.run = null;
		}
	}

	/**
	 * Stops it on a thread of its own, so that several stop at the same time.
	 */
	@Override
	public void stop(Runnable callback) {
		new Thread(() -> {
			try {
				stopNow();
			}
			finally {
				callback.run();
			}
		}, "redis-queue-listener-" + this.id + "-stop").start();
	}

	/**
	 * Whether it was started and not stopped; it may be paused.
	 */
	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	/**
	 * Takes and begins nothing until {@link #resume()}, in this process only: see
	 * {@link RedisQueue#pause()} for all of them. Handlers that run go on; a stop and a
	 * start do not end it.
	 */
	public void pause() {
		synchronized (this.pausing) {
			this.paused = true;
			ListenerRun<T> run = this.run;
			if (run != null) {
				run.pause();
			}
		}
	}

	/** Ends a {@link #pause()}. */
	public void resume() {
		synchronized (this.pausing) {
			this.paused = false;
			ListenerRun<T> run = this.run;
			if (run != null) {
				run.resume();
			}
		}
	}

	/**
	 * Whether it is paused in this process.
	 * @return {@code true} if it is
	 */
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	public String toString() {
		return "RedisQueueListenerContainer[" + this.id + "]";
	}

}
