package dev.redisqueue.redis;

import java.nio.charset.StandardCharsets;

import dev.redisqueue.redis.LetterStore.Stored;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads dead letters: a {@link Head} that says why, and behind it the message
 * as it was stored.
 */
final class Letters {

	/** Reasons and messages of exceptions are cut to this many characters. */
	private static final int LONGEST_TEXT = 1000;

	private Letters() {
	}

	/** The head of a letter. */
	static byte[] head(String id, String reason, @Nullable Throwable cause, int attempts) {
		return new Head().with(Head.ID, id)
			.with(Head.REASON, cut(reason))
			.with(Head.CAUSE, (cause != null) ? cause.getClass().getName() : null)
			.with(Head.CAUSE_MESSAGE, (cause != null) ? cut(cause.getMessage()) : null)
			.with(Head.ATTEMPTS, attempts)
			.bytes();
	}

	static @Nullable String cut(@Nullable String text) {
		if (text == null || text.length() <= LONGEST_TEXT) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
		return text.substring(0, end);
	}

	/** The letter; its payload is the message. */
	static Message read(Stored stored) {
		return Message.read(stored.content(), stored::id);
	}

	/** The id of a letter about a message of a foreign client: at most 128 characters. */
	static String id(String messageId) {
		byte[] bytes = messageId.getBytes(StandardCharsets.UTF_8);
		return (bytes.length <= 1024) ? messageId : messageId.substring(0, 128);
	}

}
