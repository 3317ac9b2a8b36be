package dev.redisqueue.listener;

/**
 * Tells which message may kill the process: it came back from a dead consumer, and has no
 * attempt left. It runs alone, so that no other message is taken for the culprit: whoever
 * runs at the time of death has used up an attempt.
 */
final class LastAttempt {

	private LastAttempt() {
	}

	static boolean isOf(TakenDelivery<?> taken) {
		return taken.delivery().isRecovered() && taken.delivery().isLastAttempt();
	}

}
