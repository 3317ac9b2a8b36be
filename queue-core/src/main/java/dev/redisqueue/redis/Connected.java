package dev.redisqueue.redis;

import dev.redisqueue.redis.link.HeartbeatThread;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.upkeep.OrphanScan;

/**
 * One database of Redis, with what all queues in it share.
 *
 * @param link its connection
 * @param heartbeats keeps the leases of its queues
 * @param orphanScan looks through its keys
 */
record Connected(RedisLink link, HeartbeatThread heartbeats, OrphanScan orphanScan) implements AutoCloseable {

	@Override
	public void close() {
		this.heartbeats.close();
		this.link.close();
	}

}
