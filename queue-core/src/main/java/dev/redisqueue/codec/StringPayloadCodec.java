package dev.redisqueue.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;

final class StringPayloadCodec implements PayloadCodec<String> {

	private static final char REPLACEMENT = '\uFFFD';

	static final StringPayloadCodec INSTANCE = new StringPayloadCodec();

	/**
	 * A lone surrogate is refused: {@code getBytes} silently puts a question mark. To
	 * decode and compare costs less than to look for surrogates, or a strict encoder.
	 */
	@Override
	public byte[] encode(String payload) throws CharacterCodingException {
		byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
		if (!new String(bytes, StandardCharsets.UTF_8).equals(payload)) {
			throw new MalformedInputException(payload.length());
		}
		return bytes;
	}

	/** Whatever is malformed leaves a replacement character, which is rare otherwise. */
	@Override
	public String decode(byte[] bytes) throws CharacterCodingException {
		String text = new String(bytes, StandardCharsets.UTF_8);
		return (text.indexOf(REPLACEMENT) < 0) ? text
				: StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
	}

}
