package dev.redisqueue.redis.store;

import dev.redisqueue.redis.Wire;

/**
 * A blocked wait for a message. It may outlive the consumer that began it, and is then a
 * ghost: Redis serves it all the same.
 */
final class ModelWait {

	private final Wire wire;

	private final ModelServer server;

	private final Object id;

	/**
	 * Begins to wait. Both commands are read at once, and the first is answered when both
	 * were carried out.
	 */
	ModelWait(Wire wire, ModelServer server, String arrived) {
		this.wire = wire;
		this.server = server;
		wire.send(new Object[] { "CLIENT", "ID" },
				new Object[] { "BLMOVE", ModelServer.READY, arrived, "LEFT", "RIGHT", 0 });
		this.id = wire.reply();
	}

	/** Ends it; Redis has forgotten it when this returns. */
	void end() {
		this.server.command("CLIENT", "UNBLOCK", this.id);
		this.wire.close();
	}

}
