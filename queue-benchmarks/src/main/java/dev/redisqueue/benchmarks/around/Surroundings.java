package dev.redisqueue.benchmarks.around;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.benchmarks.peer.Child;
import io.lettuce.core.RedisURI;

/**
 * What a run has around it, as long as it is open.
 */
public final class Surroundings implements AutoCloseable {

	private final List<Child> processes = new ArrayList<>();

	private final Asked asked;

	private RedisURI redis;

	private Surroundings(Asked asked, RedisURI redis) {
		this.asked = asked;
		this.redis = redis;
	}

	/**
	 * Starts the processes.
	 * @param asked what there is to be
	 * @param redis the server
	 * @return the surroundings, to be closed
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static Surroundings open(Asked asked, RedisURI redis) throws InterruptedException {
		Surroundings surroundings = new Surroundings(asked, redis);
		try {
			if (!asked.away.isZero()) {
				Child way = LongWay.start(redis, asked.away);
				surroundings.processes.add(way);
				surroundings.redis = RedisURI.create("127.0.0.1", Integer.parseInt(way.await("ready")));
			}
			for (int i = 0; i < asked.busy; i++) {
				surroundings.processes.add(BusyLoop.start());
			}
			return surroundings;
		}
		catch (RuntimeException | InterruptedException ex) {
			surroundings.close();
			throw ex;
		}
	}

	/**
	 * Where the contenders find Redis.
	 * @return the address
	 */
	public RedisURI redis() {
		return this.redis;
	}

	@Override
	public String toString() {
		return ((this.asked.busy > 0) ? ", beside " + this.asked.busy + " busy loops" : "")
				+ (this.asked.away.isZero() ? "" : ", " + this.asked.away.toNanos() / 1000 + " µs there and back");
	}

	@Override
	public void close() {
		this.processes.forEach(Child::close);
	}

	/**
	 * What was asked for.
	 *
	 * @param busy how many busy loops
	 * @param away how long the way to Redis and back takes in addition
	 */
	public record Asked(int busy, Duration away) {

		/** A machine for the run alone, and Redis on it. */
		public static final Asked NOTHING = new Asked(0, Duration.ZERO);

		/**
		 * With busy loops.
		 * @param number how many
		 * @return what is asked for then
		 */
		public Asked withBusy(int number) {
			return new Asked(number, this.away);
		}

		/**
		 * With a Redis that is further away.
		 * @param micros so many microseconds
		 * @return what is asked for then
		 */
		public Asked withAway(int micros) {
			return new Asked(this.busy, Duration.ofNanos(micros * 1000L));
		}

	}

}
