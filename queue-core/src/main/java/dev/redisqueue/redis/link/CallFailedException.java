package dev.redisqueue.redis.link;

/**
 * A command failed for good. Never leaves this package: each verb says in its own words
 * what it means.
 */
public final class CallFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Fate fate;

	public CallFailedException(Fate fate, Throwable cause) {
		super(cause);
		this.fate = fate;
	}

	/** Of all attempts together: unknown if one of them may have been carried out. */
	public Fate fate() {
		return this.fate;
	}

	/** What Redis or the connection said. */
	public String reason() {
		Throwable cause = this;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause.getMessage() != null) ? cause.getMessage() : cause.toString();
	}

}
