package dev.redisqueue.listener;

import java.util.List;

import dev.redisqueue.RedisQueue;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
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
 * STOPPED         at first; the end of a stop       no thread of it runs, but for what Redis has not
 *                                                   answered yet
 * RUNNING         start, from any thread; the end   it takes and handles
 *                 of a stop after which a start
 *                 was called
 * PAUSED          pause and resume, from any        running, but it takes and begins nothing
 *                 thread
 * STOPPING        stop, from any thread             still running to the outside; a start or another
 *                                                   stop waits for its end, unless it comes from a
 *                                                   thread of its own: what was called last holds then
 * </pre>
 * <p>
 * Whether it is {@linkplain #isPaused() paused} holds in each of these, for the next
 * start too.
 *
 * @param <T> the type of the payload
 */
public final class RedisQueueListenerContainer<T> implements SmartLifecycle, ApplicationEventPublisherAware {

	private final String id;

	private final List<RedisQueue<T>> queues;

	private final ListenerOptions options;

	private final DeliveryHandler<T> handler;

	/** Of the life cycle; held for moments only. */
	private final Object lock = new Object();

	private volatile @Nullable ListenerRun<T> run;

	/** Whether the last word was a start. */
	private boolean wanted;

	private volatile boolean stopping;

	/** Of pauses, which may last: a handler may ask meanwhile. */
	private final Object pausing = new Object();

	private volatile boolean paused;

	private volatile @Nullable ApplicationEventPublisher publisher;

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

	/**
	 * Starts it; does nothing where it runs. Redis need not be there yet. Where it is
	 * just being stopped it starts when that is done: this call waits for that, unless it
	 * comes from a handler or the failure policy of its own.
	 */
	@Override
	public void start() {
		synchronized (this.lock) {
			this.wanted = true;
			ListenerRun<T> current = this.run;
			if (current == null) {
				begin();
			}
			else if (!current.isInside()) {
				awaitStopped();
			}
		}
	}

	private void begin() {
		ListenerRun<T> run = new ListenerRun<>(this.id, this.queues, this.options, this.handler, this::publish);
		// Known before it runs: a handler may stop it at once.
		this.run = run;
		if (this.paused) {
			run.pauseAtStart();
		}
		try {
			run.start();
		}
		catch (Throwable ex) {
			// No thread can be made, say.
			run.endFetching();
			this.run = null;
			throw ex;
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
		boolean inside = current != null && current.isInside();
		boolean mine = isFirstToStop(current);
		if (current != null && inside) {
			current.endFetching();
			if (mine) {
				beside(() -> finish(current));
			}
		}
		else if (current != null && mine) {
			finish(current);
		}
		else {
			synchronized (this.lock) {
				awaitStopped();
			}
		}
	}

	/**
	 * Stops it on a thread of its own, so that several stop at the same time. Where a
	 * handler of its own calls, by closing the application say, the stop does not wait
	 * for it: its messages go back as if it had been interrupted, and what it does is of
	 * no consequence any more.
	 */
	@Override
	public void stop(Runnable callback) {
		ListenerRun<T> current = this.run;
		boolean mine = isFirstToStop(current);
		if (current != null && current.isInside()) {
			current.endFetching();
			current.excuse(Thread.currentThread());
		}
		beside(() -> {
			try {
				if (current != null && mine) {
					finish(current);
				}
				else {
					synchronized (this.lock) {
						awaitStopped();
					}
				}
			}
			finally {
				callback.run();
			}
		});
	}

	/** Whether it is the caller's to stop this run. */
	private boolean isFirstToStop(@Nullable ListenerRun<T> current) {
		synchronized (this.lock) {
			this.wanted = false;
			boolean mine = current != null && current == this.run && !this.stopping;
			this.stopping |= mine;
			return mine;
		}
	}

	private void finish(ListenerRun<T> current) {
		try {
			current.stop();
		}
		finally {
			synchronized (this.lock) {
				this.run = null;
				this.stopping = false;
				this.lock.notifyAll();
				if (this.wanted) {
					begin();
				}
			}
		}
	}

	/** Uninterruptible: a stop always ends. */
	private void awaitStopped() {
		boolean interrupted = false;
		while (this.stopping) {
			try {
				this.lock.wait();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void beside(Runnable task) {
		Thread thread = new Thread(task, "redis-queue-listener-" + this.id + "-stop");
		try {
			thread.start();
		}
		catch (OutOfMemoryError ex) {
			// No thread can be made: the caller waits.
			task.run();
		}
	}

	/**
	 * Whether the calling thread is one of this listener's, that of a handler say, which
	 * must not wait for its stop.
	 * @return {@code true} if it is
	 */
	public boolean isOwnThread() {
		ListenerRun<T> current = this.run;
		return current != null && current.isInside();
	}

	private void publish(ListenerEvent event) {
		ApplicationEventPublisher current = this.publisher;
		if (current != null) {
			current.publishEvent(event);
		}
	}

	/**
	 * Has a {@link ListenerEvent} published for whatever it tells. An application context
	 * does this for its beans.
	 */
	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	/** As {@link ListenerOptions#autoStartup()}. */
	@Override
	public boolean isAutoStartup() {
		return this.options.autoStartup();
	}

	/**
	 * What it does now.
	 * @return the state
	 */
	public ListenerState state() {
		synchronized (this.lock) {
			if (this.run == null) {
				return ListenerState.STOPPED;
			}
			if (this.stopping) {
				return ListenerState.STOPPING;
			}
			return this.paused ? ListenerState.PAUSED : ListenerState.RUNNING;
		}
	}

	/**
	 * What keeps it from working as it should at this moment: a queue that cannot be
	 * taken from, messages that cannot be settled, threads that are missing or stuck in
	 * their handler. It goes on trying, whatever it is.
	 * @return a sentence each, for people; empty where all is well
	 */
	public List<String> troubles() {
		ListenerRun<T> current = this.run;
		return (current != null) ? current.troubles() : List.of();
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
