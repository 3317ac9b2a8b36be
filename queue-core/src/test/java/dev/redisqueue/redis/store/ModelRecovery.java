package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The recovery of a consumer, one call a step: the process may die, or another one join
 * in, between any two of them.
 */
final class ModelRecovery {

	private static final int STEP = 4;

	private final ModelServer server;

	private final Supplier<String> ids;

	private final String dead;

	private final boolean own;

	private boolean fenced;

	private List<Long> tags;

	private List<Long> batch;

	private List<Object> messages;

	private List<Object> begun;

	/**
	 * Creates a recovery.
	 * @param server Redis
	 * @param ids gives messages without an id one
	 * @param dead the consumer
	 * @param own whether it is a former incarnation of the recovering process
	 */
	ModelRecovery(ModelServer server, Supplier<String> ids, String dead, boolean own) {
		this.server = server;
		this.ids = ids;
		this.dead = dead;
		this.own = own;
	}

	/** {@code false} when there is nothing more to do. */
	boolean step() {
		if (!this.fenced) {
			String answer = this.server.fence(this.dead, ModelServer.LEASE / 2, this.own);
			this.fenced = true;
			return answer.equals("OK") || (this.own && answer.equals("GONE"));
		}
		if (this.tags == null) {
			// The youngest first, since each goes to the head; those of a raw queue wait
			// in the order in which they come.
			this.tags = new ArrayList<>(this.server.tags(this.dead));
			if (!this.server.features.raw()) {
				Collections.reverse(this.tags);
			}
			this.begun = this.server.begun(this.dead);
			if (!this.server.features.has(Mend.SHARED_ARRIVED)) {
				this.server.tick(this.dead);
			}
			return true;
		}
		if (this.messages != null) {
			move();
			this.messages = null;
			return true;
		}
		if (this.tags.isEmpty()) {
			this.server.finish(this.dead);
			return false;
		}
		this.batch = List.copyOf(this.tags.subList(0, Math.min(STEP, this.tags.size())));
		this.messages = this.server.held(this.dead, this.batch);
		this.tags.subList(0, this.messages.size()).clear();
		return true;
	}

	private void move() {
		Map<Long, String> returned = new TreeMap<>();
		for (int i = 0; i < this.messages.size(); i++) {
			if (this.messages.get(i) instanceof String stored) {
				move(this.batch.get(i), ModelMessage.read(stored), returned);
			}
			else if (this.messages.get(i) != null) {
				this.server.bury(this.dead, this.batch.get(i), this.dead + "-" + this.batch.get(i));
			}
		}
		if (!returned.isEmpty()) {
			this.server.release(this.dead, "recovered", returned);
		}
	}

	private void move(long tag, ModelMessage message, Map<Long, String> returned) {
		boolean counts = !message.isSuspect() || this.begun.contains(String.valueOf(tag));
		if (counts && message.attempt() >= ModelConsumer.MAX_ATTEMPTS) {
			this.server.bury(this.dead, tag, message.id(this.dead + "-" + tag));
			return;
		}
		String again = message.again(this.ids.get(), message.attempt() + (counts ? 1 : 0), true);
		if (this.server.features.raw()) {
			this.server.retry(this.dead, tag, again, 0, "recovered");
		}
		else {
			returned.put(tag, again);
		}
	}

}
