package dev.redisqueue.listener;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message of a chaos run.
 *
 * @param id its number
 * @param round of the run
 * @param hold whether its first handler waits until it is told to go on
 */
record ChaosMessage(String id, int round, boolean hold) {

	/** Also found behind whatever head it is stored. */
	private static final Pattern PAYLOAD = Pattern.compile("message (\\d+) of round (\\d+): (hold|work) ");

	/** As text, with contents that nobody could guess. */
	String payload(Random random) {
		StringBuilder payload = new StringBuilder(
				"message %s of round %d: %s ".formatted(this.id, this.round, this.hold ? "hold" : "work"));
		for (int length = 20 + random.nextInt(200); length > 0; length--) {
			payload.append((char) ('!' + random.nextInt(90)));
		}
		return payload.toString();
	}

	static ChaosMessage of(String payload) {
		Matcher matcher = PAYLOAD.matcher(payload);
		if (!matcher.find()) {
			throw new IllegalArgumentException("No message of ours: " + payload);
		}
		return new ChaosMessage(matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(3).equals("hold"));
	}

}
