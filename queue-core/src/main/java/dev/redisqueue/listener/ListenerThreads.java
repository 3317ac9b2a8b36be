package dev.redisqueue.listener;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of a listener.
 */
final class ListenerThreads implements ThreadFactory {

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

	@Override
	public Thread newThread(Runnable task) {
		return this.handlers.newThread(task);
	}

	/** The one thread that keeps the process alive, until the listener stops. */
	Thread keepAlive(Runnable task) {
		return new Thread(task, this.prefix + "ack");
	}

	/** One thread for what a stop could not wait for; it is there while there is such. */
	Executor late() {
		ThreadPoolExecutor late = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> daemon(task, "late"));
		late.allowCoreThreadTimeOut(true);
		return late;
	}

	Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, this.prefix + name);
		thread.setDaemon(true);
		return thread;
	}

}
