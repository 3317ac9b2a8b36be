package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * The life of the one connection that all commands of a link share. <pre>
 * none ──open──▶ open ──a reply is overdue, and none has come since──▶ none (closed)
 *                 ├────a reply was none to its command──▶ none (closed)
 *                 └────the server has become a replica──▶ none (closed when the next one is left)
 * </pre> It is opened by the first thread that needs it; the others wait for that, each
 * no longer than its own call may last.
 */
final class SharedConnection implements AutoCloseable {

	/** A server that stays read-only is not connected to more often than this. */
	private static final Logger logger = LoggerFactory.getLogger(SharedConnection.class);

	private static final Duration RENEW_PAUSE = Duration.ofSeconds(10);

	private static final Duration DEMOTION_PAUSE = Duration.ofSeconds(1);

	private final Supplier<OpenConnection> opener;

	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable OpenConnection current;

	/** Left, but others may wait for replies over it. */
	private @Nullable OpenConnection demoted;

	private long renewed = System.nanoTime() - RENEW_PAUSE.toNanos();

	private volatile long lastReply = System.nanoTime();

	/**
	 * Creates the life of a connection that is not open yet.
	 * @param opener opens one
	 */
	SharedConnection(Supplier<OpenConnection> opener) {
		this.opener = opener;
	}

	/** The connection, or {@code null} where none is open. */
	@Nullable OpenConnection ifOpen() {
		OpenConnection connection = this.current;
		return (connection != null && !connection.isOdd()) ? connection : null;
	}

	/**
	 * The connection, opened where none is.
	 * @param deadline how long to wait for another thread that opens it, by the local
	 * monotonic clock
	 */
	OpenConnection get(long deadline) {
		OpenConnection connection = this.current;
		if (connection != null && !connection.isOdd()) {
			return connection;
		}
		if (connection != null) {
			drop(connection);
		}
		// Whoever opens may need his time: nobody queues up behind him for longer than
		// his own call may last.
		if (!Uninterruptible.lock(this.opening, deadline)) {
			throw new RedisConnectionFailureException("no connection in time");
		}
		try {
			connection = this.current;
			if (connection == null) {
				connection = this.opener.get();
				this.current = connection;
			}
			return connection;
		}
		finally {
			this.opening.unlock();
		}
	}

	/** A connection over which a reply came is not replaced for one that did not. */
	void noteReply() {
		this.lastReply = System.nanoTime();
	}

	/**
	 * The reply to a command that was sent at the given time is overdue: the connection
	 * is closed, unless any reply has come since.
	 */
	void overdue(OpenConnection connection, long sent) {
		if (this.lastReply - sent < 0) {
			drop(connection);
		}
	}

	/**
	 * Nothing can be sent over it, and nothing has come since the given time: another one
	 * takes its place, if one can be made. One thread at a time tries, now and then:
	 * while Redis is away it costs little to leave it to the connection itself.
	 */
	void renew(OpenConnection connection, long since) {
		if (this.lastReply - since >= 0 || !this.opening.tryLock()) {
			return;
		}
		try {
			long now = System.nanoTime();
			if (this.current == connection && now - this.renewed > RENEW_PAUSE.toNanos()) {
				this.renewed = now;
				this.current = this.opener.get();
				closeBeside(connection);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("There is no other connection either", ex);
		}
		finally {
			this.opening.unlock();
		}
	}

	/**
	 * The name of the server may stand for another one now, which the connection does not
	 * notice. It stays open until the next one is left: others may wait for replies.
	 */
	void leave(OpenConnection connection) {
		this.opening.lock();
		try {
			if (this.current == connection && System.nanoTime() - connection.since() > DEMOTION_PAUSE.toNanos()) {
				this.current = null;
				closeDemoted();
				this.demoted = connection;
			}
		}
		finally {
			this.opening.unlock();
		}
	}

	/** It is of no use any more, whatever came back over it. */
	void replace(OpenConnection connection) {
		drop(connection);
	}

	private void closeDemoted() {
		OpenConnection connection = this.demoted;
		this.demoted = null;
		if (connection != null) {
			connection.close();
		}
	}

	private void drop(OpenConnection connection) {
		if (this.current != connection) {
			// Not to queue up behind whoever opens the next one.
			return;
		}
		this.opening.lock();
		try {
			if (this.current == connection) {
				this.current = null;
				closeBeside(connection);
			}
		}
		finally {
			this.opening.unlock();
		}
	}

	/** Lettuce waits without limit for a connection that lost its memory, say. */
	private static void closeBeside(OpenConnection connection) {
		Thread closer = new Thread(connection::close, "redis-queue-disconnect");
		closer.setDaemon(true);
		closer.start();
	}

	@Override
	public void close() {
		OpenConnection connection;
		this.opening.lock();
		try {
			connection = this.current;
			this.current = null;
			closeDemoted();
		}
		finally {
			this.opening.unlock();
		}
		if (connection != null) {
			connection.close();
		}
	}

}
