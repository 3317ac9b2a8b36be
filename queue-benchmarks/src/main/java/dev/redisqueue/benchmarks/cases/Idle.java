package dev.redisqueue.benchmarks.cases;

import java.time.Duration;
import java.util.List;

import dev.redisqueue.benchmarks.measure.Figure;
import dev.redisqueue.benchmarks.measure.ServerInfo;
import dev.redisqueue.benchmarks.peer.LocalPeer;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;

/**
 * A listener to which nothing is sent.
 *
 * @param server the server that is watched
 * @param length for how long: two heartbeats and five waits are 20 seconds
 */
record Idle(ServerInfo server, Duration length) implements Own.Work {

	static final List<Figure> FIGURES = List.of(new Figure("sent by the listener", "commands/s"),
			new Figure("executed, inside of scripts too", "commands/s"));

	@Override
	public double[] measure(RedisQueuePeer ours, int operations) throws Exception {
		LocalPeer.Listening listening = ours.listen("benchmark-idle", Listen.CONCURRENCY, (payload) -> {
		});
		try {
			Thread.sleep(Math.min(1000, this.length.toMillis())); // It starts.
			long sent = this.server.scriptsAndWaits();
			long executed = this.server.commands();
			long start = System.nanoTime();
			Thread.sleep(this.length.toMillis());
			double seconds = (System.nanoTime() - start) / 1e9;
			return new double[] { (this.server.scriptsAndWaits() - sent) / seconds,
					(this.server.commands() - executed) / seconds };
		}
		finally {
			listening.stop();
		}
	}

}
