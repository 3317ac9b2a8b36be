package dev.redisqueue.redis.link;

/**
 * The reply to a command was that of another one. What became of the command is unknown.
 */
final class OddReplyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OddReplyException(String command) {
		super("the reply to " + command + " was that of another command; the connection is made anew");
	}

}
