package dev.redisqueue.benchmarks.cases;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.benchmarks.measure.Measurement;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/**
 * A measurement of this project at a server of its own, with its own settings.
 */
final class Durable implements Measurement {

	private final String[] settings;

	private final Own own;

	private @Nullable RedisInstance server;

	Durable(Own.Work work, String... settings) {
		this.settings = settings;
		this.own = new Own(this::open, work);
	}

	private RedisQueuePeer open() {
		RedisInstance started = RedisInstance.start(this.settings);
		this.server = started;
		return new RedisQueuePeer(RedisURI.create(started.host(), started.port()), QueueOptions.defaults());
	}

	@Override
	public double[] measure(int operations) throws Exception {
		return this.own.measure(operations);
	}

	@Override
	public void end() {
		this.own.end();
		if (this.server != null) {
			this.server.close();
			this.server = null;
		}
	}

}
