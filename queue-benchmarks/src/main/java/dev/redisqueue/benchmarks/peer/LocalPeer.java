package dev.redisqueue.benchmarks.peer;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.redisqueue.benchmarks.measure.Gauge;
import org.jspecify.annotations.Nullable;

/**
 * A peer within this JVM: the few operations that the cases are made of.
 */
public abstract class LocalPeer implements Peer {

	/**
	 * The operation that puts one message.
	 * @param queue the name of the queue
	 * @return the operation; used by many threads at once
	 */
	public abstract Consumer<String> putter(String queue);

	/**
	 * The operation that puts many messages, in as few round trips as the peer offers.
	 * @param queue the name of the queue
	 * @return the operation
	 */
	public abstract Consumer<List<String>> bulkPutter(String queue);

	/**
	 * The operation that removes one message, without waiting.
	 * @param queue the name of the queue
	 * @return the operation
	 */
	public Supplier<@Nullable String> getter(String queue) {
		throw new UnsupportedOperationException(title() + " cannot get");
	}

	/**
	 * Begins to hand out messages.
	 * @param queue the name of the queue
	 * @param concurrency how many at the same time
	 * @param handler what to do with a payload; an empty one is not a message of a case
	 * @return stops it again
	 */
	public abstract Listening listen(String queue, int concurrency, Consumer<String> handler);

	/**
	 * Removes all messages.
	 * @param queue the name of the queue
	 */
	public abstract void clear(String queue);

	@Override
	public final double[] measure(Verb verb, int parallel, int operations, Supplier<Gauge> gauge) throws Exception {
		return new Drive(this, Payloads.SMALL).measure(verb, parallel, operations, gauge);
	}

	/**
	 * Something that hands out messages.
	 */
	@FunctionalInterface
	public interface Listening {

		/** Stops it; returns when nothing more is handed out. */
		void stop();

	}

}
