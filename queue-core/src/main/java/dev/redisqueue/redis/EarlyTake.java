package dev.redisqueue.redis;

import java.util.concurrent.CompletableFuture;

import dev.redisqueue.redis.Incarnation.Tags;
import dev.redisqueue.redis.LeaseStore.Taken;

/**
 * A take that is under way before anybody waits for its reply. Whoever has it hands it to
 * {@link Consumer#take(EarlyTake, int)}: its tags are reserved until then.
 *
 * @param incarnation who takes
 * @param tags under which tags
 * @param reply what comes of it
 * @param deadline when the reply is overdue, by the local monotonic clock
 */
record EarlyTake(Incarnation incarnation, Tags tags, CompletableFuture<Taken> reply, long deadline) {
}
