package dev.redisqueue.redis.take;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.redisqueue.redis.link.Fate;
import dev.redisqueue.redis.link.OpenConnection;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.WaitSignal;
import dev.redisqueue.redis.store.Keys;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a message may be ready, at no cost to Redis: one thread of the process
 * blocks in {@code BLMOVE ready arrived} on a connection of its own, the others wait for
 * their turn. The move gives the message to nobody, so that a wait which is abandoned, or
 * goes on behind a dead connection, strands nothing. <pre>
 * state           moved by                          what holds
 * ----------------------------------------------------------------------------------------------------
 * none            the leader: blocked               there is no wait
 * blocked         Redis: moved or timed out; the    its leader may have left, and the next one goes on
 *                 leader, when the reply is         with it
 *                 overdue or the connection
 *                 fails: none, and disconnected
 * moved           the leader: none, and its caller  a message lies in arrived; where nobody leads any
 *                 takes                             more, it is put back
 * timed out       the leader: none                  nothing was moved
 * refused         the leader: none, and it asks     the connection stays
 *                 once a second instead
 * </pre>
 * <p>
 * The wait and its connection belong to the thread that leads.
 */
public final class ArrivalWait implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ArrivalWait.class);

	private static final long POLL = TimeUnit.SECONDS.toNanos(1);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

	/** Redis 6.2 takes a timeout of 1 ms or less for none. */
	private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

	/** After its timeout and this, a reply does not come any more. */
	private static final Duration GRACE = Duration.ofSeconds(3);

	private final RedisLink link;

	private final Keys keys;

	private final long slice;

	private final WaitSignal signal;

	private final Runnable giveBack;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition turn = this.lock.newCondition();

	private volatile @Nullable Thread leader;

	private @Nullable OpenConnection connection;

	private @Nullable Wait wait;

	private volatile boolean refused;

	private volatile boolean closed;

	/**
	 * Creates the place to wait.
	 * @param link makes the connection
	 * @param keys the keys of the queue
	 * @param lease the lease of the queue; a third of it is the longest wait
	 * @param signal ends waits too: something may be ready that no push announces
	 * @param giveBack puts what was moved back to the head where nobody waits any more;
	 * must not block
	 */
	public ArrivalWait(RedisLink link, Keys keys, Duration lease, WaitSignal signal, Runnable giveBack) {
		this.link = link;
		this.keys = keys;
		this.slice = Math.min(LONGEST_WAIT.toNanos(), lease.toNanos() / 3);
		this.signal = signal;
		this.giveBack = giveBack;
	}

	/**
	 * Waits until a message may be ready. Returns early rather than late: the caller
	 * looks.
	 * @param nanos how long at most
	 */
	public void await(long nanos) throws InterruptedException {
		await(nanos, (redis) -> {
		});
	}

	/**
	 * Waits until a message may be ready, and puts what was moved back to the head at
	 * once: the caller may not look for a while, and others should find it.
	 * @param nanos how long at most
	 */
	void awaitReady(long nanos) throws InterruptedException {
		await(nanos, (redis) -> redis.lmove(this.keys.arrived, this.keys.ready, LMoveArgs.Builder.rightLeft()));
	}

	/**
	 * Waits until a message may be ready.
	 * @param nanos how long at most
	 * @param reaction what to begin with then, before the caller's thread is awake
	 */
	public void await(long nanos, Reaction reaction) throws InterruptedException {
		long deadline = System.nanoTime() + Math.min(nanos, this.slice);
		this.lock.lockInterruptibly();
		try {
			while (this.leader != null) {
				long left = deadline - System.nanoTime();
				if (left <= 0 || this.closed) {
					return;
				}
				this.turn.awaitNanos(left);
			}
			this.leader = Thread.currentThread();
		}
		finally {
			this.lock.unlock();
		}
		boolean interrupted = true;
		try {
			lead(deadline, reaction);
			interrupted = false;
		}
		finally {
			Wait current = this.wait;
			this.lock.lock();
			try {
				this.leader = null;
				if (this.closed) {
					this.turn.signalAll();
				}
				else {
					this.turn.signal();
				}
			}
			finally {
				this.lock.unlock();
			}
			if (interrupted && current != null && current.hasMoved()) {
				this.giveBack.run();
			}
		}
	}

	private void lead(long deadline, Reaction reaction) throws InterruptedException {
		// Read before the flag: whoever closes sets the flag and then signals.
		CompletableFuture<Void> nudged = this.signal.next();
		if (this.closed) {
			return;
		}
		Wait left = this.wait;
		if (left != null && left.hasMoved()) {
			// Nobody has looked since.
			this.wait = null;
			return;
		}
		Wait current;
		try {
			current = current(deadline);
		}
		catch (RuntimeException ex) {
			backOff(deadline);
			return;
		}
		long until = Math.min(deadline, current.deadline());
		try {
			CompletableFuture.anyOf(begun(current, reaction), nudged)
				.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
			if (current.future().isDone()) {
				this.wait = null;
				this.refused = false;
			}
		}
		catch (TimeoutException ex) {
			if (System.nanoTime() - current.deadline() >= 0) {
				disconnect();
			}
		}
		catch (ExecutionException ex) {
			this.wait = null;
			if (Fate.of(ex) == Fate.REFUSED) {
				poll(ex, deadline);
			}
			else {
				disconnect();
				backOff(deadline);
			}
		}
		catch (CancellationException ex) {
			disconnect();
		}
	}

	/** Completes when the wait is over and what follows has begun. */
	private CompletableFuture<Void> begun(Wait current, Reaction reaction) {
		OpenConnection open = this.connection;
		return current.future().thenAccept((moved) -> {
			if (moved != null && open != null) {
				reaction.begin(open.commands());
			}
		});
	}

	/** The wait under way, which an earlier caller may have left, or a new one. */
	private Wait current(long deadline) {
		Wait current = this.wait;
		if (current != null && !current.future().isDone()) {
			return current;
		}
		OpenConnection open = this.connection;
		if (open == null) {
			open = this.link.open();
			this.connection = open;
		}
		long nanos = Math.max(SHORTEST_WAIT.toNanos(), deadline - System.nanoTime());
		CompletableFuture<byte[]> future = open.commands()
			.blmove(this.keys.ready, this.keys.arrived, LMoveArgs.Builder.leftRight(), nanos / 1e9)
			.toCompletableFuture();
		current = new Wait(future, System.nanoTime() + nanos + GRACE.toNanos());
		this.wait = current;
		future.thenAccept((moved) -> {
			if (moved != null && this.leader == null) {
				this.giveBack.run();
			}
		});
		return current;
	}

	/** Where Redis is full or forbids the command, waiting is polling. */
	private void poll(ExecutionException refusal, long deadline) throws InterruptedException {
		if (!this.refused) {
			this.refused = true;
			logger.warn("Redis refuses to let {} wait for messages ({}); it is asked once a second instead",
					new String(this.keys.ready, StandardCharsets.UTF_8), String.valueOf(refusal.getMessage()));
		}
		this.signal.await(Math.max(0, Math.min(POLL, deadline - System.nanoTime())));
	}

	private void backOff(long deadline) throws InterruptedException {
		long nanos = TimeUnit.MILLISECONDS.toNanos(50 + ThreadLocalRandom.current().nextInt(200));
		this.signal.await(Math.max(0, Math.min(nanos, deadline - System.nanoTime())));
	}

	private void disconnect() {
		OpenConnection open = this.connection;
		this.connection = null;
		this.wait = null;
		if (open != null) {
			open.close();
		}
	}

	/** Ends every wait. */
	@Override
	public void close() {
		this.closed = true;
		this.signal.signal();
		this.lock.lock();
		try {
			this.turn.signalAll();
			while (this.leader != null) {
				this.turn.awaitUninterruptibly();
			}
			disconnect();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What follows an arrival. Runs on the thread that brings it: must not block, nor
	 * throw.
	 */
	@FunctionalInterface
	interface Reaction {

		/**
		 * Begins it.
		 * @param redis the connection over which the wait has ended
		 */
		void begin(RedisClusterAsyncCommands<byte[], byte[]> redis);

	}

	/**
	 * A {@code BLMOVE} under way.
	 *
	 * @param future its reply
	 * @param deadline when the reply is overdue
	 */
	private record Wait(CompletableFuture<byte[]> future, long deadline) {

		boolean hasMoved() {
			return this.future.isDone() && !this.future.isCompletedExceptionally() && this.future.join() != null;
		}

	}

}
