package dev.redisqueue.redis.link;

import java.util.stream.StreamSupport;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The threads that bring the replies of a link: the event loops of the client, any of
 * which may serve its next connection. They belong to the application, and must not wait.
 */
final class ReplyThreads implements NettyCustomizer {

	private final NettyCustomizer application;

	private volatile @Nullable EventLoopGroup group;

	private volatile EventExecutor[] loops = {};

	/**
	 * Creates the threads of a link. They are known with its first connection.
	 * @param application what the application does with each connection
	 */
	ReplyThreads(NettyCustomizer application) {
		this.application = application;
	}

	/**
	 * Called by whoever connects, and waits for that then.
	 */
	@Override
	public void afterBootstrapInitialized(Bootstrap bootstrap) {
		EventLoopGroup used = bootstrap.config().group();
		if (used != null && used != this.group) {
			this.loops = StreamSupport.stream(used.spliterator(), false).toArray(EventExecutor[]::new);
			this.group = used;
			requireOther();
		}
		this.application.afterBootstrapInitialized(bootstrap);
	}

	@Override
	public void afterChannelInitialized(Channel channel) {
		this.application.afterChannelInitialized(channel);
		ReplyGuard.guard(channel);
	}

	/**
	 * For whoever is about to wait for a reply.
	 * @throws IllegalStateException if the current thread is one of those that bring it
	 */
	void requireOther() {
		for (EventExecutor loop : this.loops) {
			if (loop.inEventLoop()) {
				throw new IllegalStateException("This call waits for a reply of Redis on a thread that has to bring "
						+ "such replies: " + Thread.currentThread().getName() + " is an event loop of the Redis "
						+ "client. Nothing was sent. Make the call on another thread: for example by thenRunAsync "
						+ "with an executor, instead of thenRun, where a callback of a Redis command makes it");
			}
		}
	}

}
