package dev.redisqueue.benchmarks;

/**
 * Something was asked for that does not exist.
 */
final class UsageException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	UsageException(String message) {
		super(message);
	}

}
