package dev.redisqueue.redis.link;

import java.util.List;
import java.util.concurrent.TimeoutException;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.PartitionSelectorException;
import io.lettuce.core.cluster.UnknownPartitionException;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.PoolException;

/**
 * What is known of a command that failed.
 */
public enum Fate {

	/** It did not reach Redis. It may be sent again. */
	NOT_SENT,

	/** Redis refused it for now and changed nothing. It may be sent again. */
	TRY_LATER,

	/** Redis refused it and changed nothing. Sending it again does not help. */
	REFUSED,

	/** It may have been carried out, or may yet be. */
	UNKNOWN;

	private static final List<String> TRANSIENT = List.of("LOADING", "BUSY ", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN",
			"READONLY", "NOREPLICAS", "MISCONF");

	private static final List<String> DENIALS = List.of("NOAUTH", "WRONGPASS", "NOPERM");

	public static Fate of(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof RedisCommandExecutionException) {
				return ofReply(String.valueOf(cause.getMessage()));
			}
			if (cause instanceof RedisConnectionException || cause instanceof RedisConnectionFailureException
					|| cause instanceof PoolException || cause instanceof PartitionSelectorException
					|| cause instanceof UnknownPartitionException || isRejection(cause)) {
				return isDenied(cause) ? REFUSED : NOT_SENT;
			}
			if (cause instanceof TimeoutException) {
				return UNKNOWN;
			}
		}
		return UNKNOWN;
	}

	/**
	 * On Redis 6.2 the error of a command inside a script arrives wrapped, as
	 * {@code ERR Error running script (…): @user_script: 5: READONLY …}.
	 */
	private static Fate ofReply(String message) {
		for (String code : TRANSIENT) {
			if (message.startsWith(code.strip()) || message.contains(": " + code) || message.contains(": -" + code)) {
				return TRY_LATER;
			}
		}
		return REFUSED;
	}

	/**
	 * Whether the connection was refused for its credentials, which time does not mend.
	 */
	private static boolean isDenied(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			if (cause instanceof RedisCommandExecutionException && DENIALS.stream().anyMatch(message::startsWith)) {
				return true;
			}
		}
		return false;
	}

	/** Whether the server has become a replica: another one is the master now. */
	static boolean isDemotion(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof RedisCommandExecutionException
					&& String.valueOf(cause.getMessage()).contains("READONLY")) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Lettuce has no type for what it refuses before it writes; these are the texts of
	 * {@code DefaultEndpoint.validateWrite} and {@code CommandHandler.validateWrite}.
	 */
	private static boolean isRejection(Throwable cause) {
		if (!(cause instanceof RedisException) || cause.getMessage() == null) {
			return false;
		}
		String message = cause.getMessage();
		return message.equals("Currently not connected. Commands are rejected.")
				|| message.equals("Connection is closed") || message.endsWith("until the queue size drops.")
				|| message.endsWith("until the stack size drops.");
	}

}
