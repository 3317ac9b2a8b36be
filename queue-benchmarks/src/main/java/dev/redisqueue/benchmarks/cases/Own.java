package dev.redisqueue.benchmarks.cases;

import java.util.function.Supplier;

import dev.redisqueue.benchmarks.measure.Measurement;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
import org.jspecify.annotations.Nullable;

/**
 * A measurement of this project alone, with a process' worth of connections and threads
 * for the time of its case: what one case keeps open costs no other.
 */
final class Own implements Measurement {

	private final Supplier<RedisQueuePeer> opener;

	private final Work work;

	private @Nullable RedisQueuePeer peer;

	Own(Supplier<RedisQueuePeer> opener, Work work) {
		this.opener = opener;
		this.work = work;
	}

	@Override
	public double[] measure(int operations) throws Exception {
		if (this.peer == null) {
			this.peer = this.opener.get();
		}
		return this.work.measure(this.peer, operations);
	}

	@Override
	public void end() {
		if (this.peer != null) {
			this.work.end(this.peer);
			this.peer.close();
			this.peer = null;
		}
	}

	/**
	 * What is done in a round.
	 */
	@FunctionalInterface
	interface Work {

		/**
		 * Does it.
		 * @param ours with what
		 * @param operations with how many messages
		 * @return the figures
		 * @throws Exception if it cannot be done
		 */
		double[] measure(RedisQueuePeer ours, int operations) throws Exception;

		/**
		 * Gives back what it kept between the rounds.
		 * @param ours with what it was done
		 */
		default void end(RedisQueuePeer ours) {
		}

	}

}
