package dev.redisqueue.listener;

import java.util.concurrent.ThreadFactory;

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

	Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, this.prefix + name);
		thread.setDaemon(true);
		return thread;
	}

}
