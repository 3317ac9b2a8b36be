package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.QueueUnavailableException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Sends commands to one Redis over one connection that all queues share, and decides what
 * may be sent again. A connection over which nothing comes back any more is replaced.
 * <p>
 * Calls are not interruptible, since an interrupt would lose a reply; they end within
 * {@link #DEADLINE} and the time that a last attempt takes.
 */
public final class RedisLink implements AutoCloseable {

	/** How long a call is tried again before it fails. */
	public static final Duration DEADLINE = Duration.ofSeconds(10);

	/** The longest wait for one reply; the application's command timeout if shorter. */
	private static final Duration LONGEST_REPLY_WAIT = Duration.ofSeconds(5);

	/**
	 * What a late attempt has for its reply all the same: without it a call that was
	 * refused so far would end as one whose outcome is unknown.
	 */
	private static final Duration SHORTEST_REPLY_WAIT = Duration.ofSeconds(2);

	private static final Duration LONGEST_BACKOFF = Duration.ofMillis(500);

	/**
	 * A connection over which nothing can be sent nor has come for so long is of no use.
	 */
	private static final long RECONNECTED_BY_THEN = TimeUnit.SECONDS.toNanos(3);

	private final DerivedConnectionFactory connectionFactory;

	private final long replyWait;

	private final ServerClock clock = new ServerClock();

	private final SharedConnection shared = new SharedConnection(this::open);

	private volatile long lastTrouble = System.nanoTime() - DEADLINE.toNanos();

	/** Nothing is tried again any more, and after one failure nothing is sent. */
	private volatile boolean closing;

	private volatile long closingSince;

	private volatile boolean closed;

	public RedisLink(RedisConnectionFactory application, @Nullable Integer database) {
		this.connectionFactory = DerivedConnectionFactory.of(application, database);
		Duration commandTimeout = ((LettuceConnectionFactory) application).getClientConfiguration().getCommandTimeout();
		// Zero stands for none.
		boolean shorter = commandTimeout.compareTo(Duration.ZERO) > 0
				&& commandTimeout.compareTo(LONGEST_REPLY_WAIT) < 0;
		this.replyWait = (shorter ? commandTimeout : LONGEST_REPLY_WAIT).toNanos();
		this.connectionFactory.afterPropertiesSet();
		this.connectionFactory.start();
	}

	public ServerClock clock() {
		return this.clock;
	}

	/**
	 * For whoever is about to wait for a reply.
	 * @throws IllegalStateException if the current thread is one that has to bring it
	 */
	public void requireOtherThread() {
		this.connectionFactory.replyThreads().requireOther();
	}

	/** The clock, asked once from Redis where nothing has told it yet. */
	public ServerClock knownClock() {
		if (!this.clock.isKnown()) {
			List<byte[]> time = call(Repeat.ALWAYS, RedisClusterAsyncCommands::time).value();
			this.clock.observe(
					Long.parseLong(new String(time.get(0))) * 1000 + Long.parseLong(new String(time.get(1))) / 1000);
		}
		return this.clock;
	}

	public void connect() {
		try {
			call(Repeat.ALWAYS, (redis) -> redis.echo(RedisValues.arg("redis-queue")));
		}
		catch (CallFailedException ex) {
			throw new QueueUnavailableException("", null,
					"Redis does not answer (" + ex.reason() + "). Start it, or correct spring.data.redis.*",
					ex.getCause());
		}
	}

	/**
	 * A connection for one blocking command at a time; the caller closes it. Lettuce
	 * waits without limit for a connection whose making it was told nothing about, where
	 * memory ran out meanwhile for instance: so another thread does.
	 */
	public OpenConnection open() {
		CompletableFuture<OpenConnection> opened = new CompletableFuture<>();
		Thread opener = new Thread(() -> open(opened), "redis-queue-connect");
		opener.setDaemon(true);
		opener.start();
		try {
			return Uninterruptible.await(opened, System.nanoTime() + LONGEST_REPLY_WAIT.toNanos());
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException known) ? known
					: new RedisConnectionFailureException("the connection could not be made", ex.getCause());
		}
		catch (TimeoutException ex) {
			opened.cancel(false);
			opener.interrupt();
			throw new RedisConnectionFailureException("no connection within " + LONGEST_REPLY_WAIT.toSeconds() + " s",
					ex);
		}
	}

	private void open(CompletableFuture<OpenConnection> opened) {
		try {
			OpenConnection connection = OpenConnection.of(this.connectionFactory.getConnection());
			if (!opened.complete(connection)) {
				connection.close();
			}
		}
		catch (Throwable ex) {
			opened.completeExceptionally(ex);
		}
	}

	public <R> Reply<R> call(Repeat repeat, Command<R> command) {
		return call(repeat, command, System.nanoTime() + DEADLINE.toNanos());
	}

	public <R> Reply<R> call(Repeat repeat, Command<R> command, long deadline) {
		boolean unsure = false;
		for (int attempt = 1;; attempt++) {
			// Which threads these are may be known since the last attempt only.
			requireOtherThread();
			try {
				return new Reply<>(send(command, deadline), unsure);
			}
			catch (Exception ex) {
				Throwable cause = (ex instanceof ExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
				Command<R> inFull = command.inFull(cause);
				if (inFull != null) {
					command = inFull;
					continue;
				}
				Fate fate = Fate.of(cause);
				unsure |= fate == Fate.UNKNOWN;
				noteTrouble(fate);
				boolean again = switch (fate) {
					case NOT_SENT, TRY_LATER -> true;
					case UNKNOWN -> repeat == Repeat.ALWAYS;
					case REFUSED -> false;
				};
				if (!again || this.closing || !pause(attempt, deadline)) {
					throw new CallFailedException(unsure ? Fate.UNKNOWN : fate, cause);
				}
			}
		}
	}

	private <R> R send(Command<R> command, long deadline) throws ExecutionException, TimeoutException {
		SentCommand<R> sent = begin(command, connection(deadline));
		long wait = Math.min(this.replyWait, Math.max(SHORTEST_REPLY_WAIT.toNanos(), deadline - sent.time()));
		try {
			R reply = Uninterruptible.await(sent.reply(), sent.time() + wait);
			if (!command.fits(reply)) {
				this.shared.replace(sent.connection());
				throw new OddReplyException(command.toString());
			}
			this.shared.noteReply();
			return reply;
		}
		catch (ExecutionException ex) {
			if (Fate.isDemotion(ex)) {
				this.shared.leave(sent.connection());
			}
			if (sent.connection().isOdd()) {
				this.shared.replace(sent.connection());
			}
			else if (!this.closing && Fate.of(ex) == Fate.NOT_SENT
					&& sent.time() - sent.connection().since() > RECONNECTED_BY_THEN) {
				// Whatever keeps it from that, lost memory say.
				this.shared.renew(sent.connection(), sent.time() - RECONNECTED_BY_THEN);
			}
			throw ex;
		}
		catch (TimeoutException ex) {
			giveUp(sent);
			throw ex;
		}
	}

	private <R> SentCommand<R> begin(Command<R> command, OpenConnection connection) {
		long time = System.nanoTime();
		CompletableFuture<R> reply = connection.watched(command.send(connection.commands()).toCompletableFuture());
		return new SentCommand<>(connection, reply, time, time + this.replyWait);
	}

	/**
	 * Sends a command once and does not wait.
	 * @return what was sent, whose reply the caller waits for, or {@code null} where no
	 * connection is open
	 */
	public <R> @Nullable SentCommand<R> begin(Command<R> command) {
		OpenConnection connection = this.shared.ifOpen();
		if (connection == null || this.closing) {
			return null;
		}
		try {
			SentCommand<R> sent = begin(command, connection);
			sent.reply().whenComplete((reply, failure) -> noteOutcome(failure));
			return sent;
		}
		catch (RuntimeException ex) {
			return new SentCommand<>(connection, CompletableFuture.failedFuture(ex), 0, 0);
		}
	}

	private void noteOutcome(@Nullable Throwable failure) {
		if (failure == null) {
			this.shared.noteReply();
		}
		else {
			noteTrouble(Fate.of(failure));
		}
	}

	private void noteTrouble(Fate fate) {
		if (fate != Fate.REFUSED) {
			this.lastTrouble = System.nanoTime();
		}
	}

	/**
	 * The reply is overdue. Its connection goes first: what waits for the reply to be
	 * sent next would be sent over it.
	 */
	public void giveUp(SentCommand<?> sent) {
		this.shared.overdue(sent.connection(), sent.time());
		sent.reply().cancel(false);
	}

	/**
	 * Exponential backoff with full jitter; {@code false} if the deadline is too near.
	 */
	private boolean pause(int attempt, long deadline) {
		long limit = Math.min(LONGEST_BACKOFF.toNanos(), TimeUnit.MILLISECONDS.toNanos(5) << Math.min(attempt, 10));
		long end = System.nanoTime() + 1 + ThreadLocalRandom.current().nextLong(limit);
		if (end - deadline >= 0) {
			return false;
		}
		boolean interrupted = false;
		for (long left = end - System.nanoTime(); left > 0 && !this.closing; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return true;
	}

	private OpenConnection connection(long deadline) {
		if (this.closed || (this.closing && this.lastTrouble - this.closingSince > 0)) {
			throw new RedisConnectionFailureException("the queues are closed, or Redis is away while they close");
		}
		return this.shared.get(deadline);
	}

	/** What is still to be given back is tried once, and no more where Redis is away. */
	public void prepareToClose() {
		this.closingSince = System.nanoTime();
		this.closing = true;
	}

	@Override
	public void close() {
		this.closing = true;
		this.closed = true;
		this.shared.close();
		this.connectionFactory.destroy();
	}

	/** What may be done about a reply that did not come. */
	public enum Repeat {

		/** The command is idempotent, or its copies are told apart. */
		ALWAYS,

		/** A second run would do it twice. */
		IF_NOT_EXECUTED

	}

	/**
	 * A command, sent once a call.
	 *
	 * @param <R> the type of its reply
	 */
	@FunctionalInterface
	public interface Command<R> {

		RedisFuture<R> send(RedisClusterAsyncCommands<byte[], byte[]> commands);

		/**
		 * Whether a reply can be one to this command. Where it can't, those that come
		 * after it over the same connection can't be believed either.
		 * @param reply the reply
		 * @return {@code false} if it is that of another command
		 */
		default boolean fits(R reply) {
			return true;
		}

		/**
		 * The same command with what the server said that it lacks.
		 * @param refusal why it did not carry it out
		 * @return the command, or {@code null} where that is not the reason
		 */
		default @Nullable Command<R> inFull(Throwable refusal) {
			return null;
		}

	}

	/**
	 * A reply.
	 *
	 * @param <R> its type
	 * @param value what Redis answered
	 * @param repeated whether an earlier copy of the command may have been carried out
	 */
	public record Reply<R>(R value, boolean repeated) {
	}

}
