package dev.redisqueue.benchmarks.peer;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * The blocking queue of Redisson.
 */
final class RedissonPeer extends LocalPeer {

	private final RedissonClient redisson;

	RedissonPeer(RedisURI redis) {
		Config config = new Config();
		config.setCodec(StringCodec.INSTANCE);
		config.useSingleServer().setAddress("redis://" + redis.getHost() + ":" + redis.getPort());
		this.redisson = Redisson.create(config);
	}

	@Override
	public String id() {
		return "redisson";
	}

	@Override
	public String title() {
		return "Redisson RBlockingQueue";
	}

	@Override
	public String configuration() {
		return "StringCodec, its pool of 64 connections; offer, addAll and poll; a listener of concurrency n > 1 is 2n "
				+ "threads with poll(), and poll(1 s) where that finds nothing (at most once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.allOf(Verb.class);
	}

	@Override
	public Consumer<String> putter(String queue) {
		RBlockingQueue<String> to = this.redisson.getBlockingQueue(queue);
		return to::offer;
	}

	@Override
	public Consumer<List<String>> bulkPutter(String queue) {
		RBlockingQueue<String> to = this.redisson.getBlockingQueue(queue);
		return to::addAll;
	}

	@Override
	public Supplier<@Nullable String> getter(String queue) {
		RBlockingQueue<String> from = this.redisson.getBlockingQueue(queue);
		return from::poll;
	}

	@Override
	public Listening listen(String queue, int concurrency, Consumer<String> handler) {
		RBlockingQueue<String> from = this.redisson.getBlockingQueue(queue);
		int threads = (concurrency > 1) ? 2 * concurrency : 1; // One alone has to stay
																// one.
		return new PollingThreads(threads, (number) -> () -> {
			String payload = next(from);
			if (payload != null) {
				handler.accept(payload);
			}
		}, () -> from.offer(""));
	}

	private static @Nullable String next(RBlockingQueue<String> from) {
		String payload = from.poll();
		if (payload != null) {
			return payload;
		}
		try {
			return from.poll(1, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	@Override
	public void clear(String queue) {
		this.redisson.getKeys().unlink(queue);
	}

	@Override
	public void close() {
		this.redisson.shutdown();
	}

}
