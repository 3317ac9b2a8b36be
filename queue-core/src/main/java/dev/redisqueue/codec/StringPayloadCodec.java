package dev.redisqueue.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;

final class StringPayloadCodec implements PayloadCodec<String> {

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

	@Override
	public String decode(byte[] bytes) throws CharacterCodingException {
		return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
	}

}
