package dev.redisqueue.redis.lease;

import java.util.concurrent.CompletableFuture;

import dev.redisqueue.redis.lease.Incarnation.Tags;
import dev.redisqueue.redis.store.LeaseStore.TakeReply;

/**
 * A take that is under way before anybody waits for its reply. Whoever has it hands it to
 * {@link Borrower#take(EarlyTake, int)}: its tags are reserved until then.
 *
 * @param incarnation who takes
 * @param tags under which tags
 * @param reply what comes of it
 * @param deadline when the reply is overdue, by the local monotonic clock
 */
public record EarlyTake(Incarnation incarnation, Tags tags, CompletableFuture<TakeReply> reply, long deadline) {
}
