package dev.redisqueue.redis.frame;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Writes and reads dead letters: a {@link FrameHead} that says why, and behind it the
 * message as it was stored.
 */
public final class LetterFrame {

	/** Reasons and messages of exceptions are cut to this many characters. */
	private static final int LONGEST_TEXT = 1000;

	private LetterFrame() {
	}

	/** The head of a letter. */
	public static byte[] head(String id, String reason, @Nullable Throwable cause, int attempts) {
		return new FrameHead().with(FrameHead.ID, id)
			.with(FrameHead.REASON, cut(reason))
			.with(FrameHead.CAUSE, (cause != null) ? cause.getClass().getName() : null)
			.with(FrameHead.CAUSE_MESSAGE, (cause != null) ? cut(cause.getMessage()) : null)
			.with(FrameHead.ATTEMPTS, attempts)
			.bytes();
	}

	public static @Nullable String cut(@Nullable String text) {
		if (text == null || text.length() <= LONGEST_TEXT) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
		return text.substring(0, end);
	}

	/**
	 * The letter; its payload is the message.
	 * @param id the id under which it is stored
	 * @param content its first bytes
	 */
	public static StoredMessage read(String id, byte[] content) {
		return StoredMessage.read(content, () -> id);
	}

	/** The id of a letter about a message of a foreign client: at most 128 characters. */
	public static String id(String messageId) {
		byte[] bytes = messageId.getBytes(StandardCharsets.UTF_8);
		return (bytes.length <= 1024) ? messageId : messageId.substring(0, 128);
	}

}
