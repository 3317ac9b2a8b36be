package dev.redisqueue.benchmarks.peer;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.listener.DeliveryHandler;
import dev.redisqueue.listener.ListenerOptions;
import dev.redisqueue.listener.RedisQueueListenerContainer;
import dev.redisqueue.redis.RedisQueueFactory;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * This project.
 */
public final class RedisQueuePeer extends LocalPeer {

	private final LettuceConnectionFactory connectionFactory;

	private final RedisQueueFactory factory;

	private final QueueOptions options;

	/**
	 * Creates it.
	 * @param redis the server
	 * @param options the options of all queues
	 */
	public RedisQueuePeer(RedisURI redis, QueueOptions options) {
		this.connectionFactory = new LettuceConnectionFactory(redis.getHost(), redis.getPort());
		this.connectionFactory.afterPropertiesSet();
		this.factory = new RedisQueueFactory(this.connectionFactory);
		this.options = options;
	}

	@Override
	public String id() {
		return "ours";
	}

	@Override
	public String title() {
		return "RedisQueue";
	}

	@Override
	public String configuration() {
		return "default options: framed messages, a lease of 30 s; the listener takes and acknowledges in bulk";
	}

	@Override
	public Set<Verb> verbs() {
		return Set.of(Verb.values());
	}

	/**
	 * A queue.
	 * @param name its name
	 * @return the queue
	 */
	public RedisQueue<String> queue(String name) {
		return this.factory.create(name, String.class, this.options);
	}

	@Override
	public Consumer<String> putter(String queue) {
		return queue(queue)::put;
	}

	@Override
	public Consumer<List<String>> bulkPutter(String queue) {
		return queue(queue)::putAll;
	}

	@Override
	public Supplier<@Nullable String> getter(String queue) {
		RedisQueue<String> from = queue(queue);
		return () -> from.getNowait().orElse(null);
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		return listen(List.of(queue(queue)), concurrency,
				DeliveryHandler.each((delivery) -> handler.accept(delivery.payload())));
	}

	/**
	 * Begins to hand out messages.
	 * @param queues the queues of one listener
	 * @param concurrency how many at the same time
	 * @param handler what to do
	 * @return stops it again
	 */
	public static Listening listen(List<RedisQueue<String>> queues, int concurrency, DeliveryHandler<String> handler) {
		RedisQueueListenerContainer<String> container = new RedisQueueListenerContainer<>("benchmark", queues,
				ListenerOptions.defaults().withConcurrency(concurrency), handler);
		container.start();
		return container::stop;
	}

	@Override
	public void clear(String queue) {
		queue(queue).clear();
	}

	@Override
	public void close() {
		this.factory.close();
		this.connectionFactory.destroy();
	}

}
