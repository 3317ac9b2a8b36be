package dev.redisqueue.redis.put;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Guesses how busy the puts of a queue are, for speed alone: whatever it answers, each
 * put is sent once and its outcome known.
 */
final class PutCrowd {

	/** With fewer together, a thread that yields gains nothing. */
	private static final int CROWD = 4;

	/** In a crowd the reply often comes before a thread would be asleep. */
	private static final int YIELDS = 8;

	private final ReplyTime replyTime = new ReplyTime();

	/** How many went together lately, a moving average; updates may overtake. */
	private volatile double together = 1;

	/** So many puts went in one command. */
	void sentTogether(int count) {
		this.together += (count - this.together) / 8;
	}

	/** The reply to a command took so long. */
	void replied(long nanos, @Nullable Throwable failure) {
		if (failure == null) {
			this.replyTime.replied(nanos);
		}
	}

	private boolean isCrowded() {
		return this.together >= CROWD;
	}

	/** In a crowd others are about to put, too: what they bring goes along. */
	void letOthersRun() {
		if (isCrowded()) {
			Thread.yield();
		}
	}

	/** In a crowd, waits awake for a moment, or until it is done. */
	void awaitAwake(BooleanSupplier done) {
		for (int i = 0; i < YIELDS && !done.getAsBoolean() && isCrowded(); i++) {
			Thread.yield();
		}
	}

	/**
	 * How many commands to have under way: one at a time where replies come as fast as
	 * here the threads; more where they are on their way for long, since whoever waits
	 * for others then waits for that.
	 */
	int commandsUnderWay() {
		return this.replyTime.worthwhile();
	}

}
