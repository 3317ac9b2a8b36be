package dev.redisqueue.listener;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of a listener. Each knows whose it is, so that a stop that is called on one
 * of them does not wait for itself.
 */
final class ListenerThreads implements ThreadFactory {

	private static final ThreadLocal<@Nullable ListenerThreads> OWNER = new ThreadLocal<>();

	private final String prefix;

	private final ThreadFactory handlers;

	ListenerThreads(String listener, boolean virtual) {
		this.prefix = "redis-queue-listener-" + listener + "-";
		this.handlers = virtual ? new VirtualThreadTaskExecutor(this.prefix).getVirtualThreadFactory() : daemons();
	}

	/** A handler that never returns must not keep a process from ending. */
	private ThreadFactory daemons() {
		CustomizableThreadFactory daemons = new CustomizableThreadFactory(this.prefix);
		daemons.setDaemon(true);
		return daemons;
	}

	/** Whether the caller runs on one of these threads. */
	boolean isCurrent() {
		return OWNER.get() == this;
	}

	/** A thread for handlers. */
	@Override
	public Thread newThread(Runnable task) {
		return this.handlers.newThread(owned(task));
	}

	/** The one thread that keeps the process alive, until the listener stops. */
	Thread keepAlive(Runnable task, String name) {
		return new Thread(owned(task), this.prefix + name);
	}

	Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(owned(task), this.prefix + name);
		thread.setDaemon(true);
		return thread;
	}

	/** Its threads are there while there is something to do. */
	ScheduledThreadPoolExecutor scheduler(int threads, String name) {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(threads, (task) -> daemon(task, name));
		scheduler.setKeepAliveTime(1, TimeUnit.SECONDS);
		scheduler.allowCoreThreadTimeOut(true);
		return scheduler;
	}

	private Runnable owned(Runnable task) {
		return () -> {
			OWNER.set(this);
			task.run();
		};
	}

}
