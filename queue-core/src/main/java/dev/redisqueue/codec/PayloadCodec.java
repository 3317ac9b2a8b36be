package dev.redisqueue.codec;

import java.lang.reflect.Type;

import tools.jackson.databind.json.JsonMapper;

/**
 * Turns payloads into bytes and back. Implementations are safe for use by many threads.
 * Any exception of {@link #decode} makes the message undecodable; one of {@link #encode}
 * refuses the put.
 *
 * @param <T> the type of the payload
 */
public interface PayloadCodec<T> {

	/**
	 * Encodes a payload.
	 * @param payload the payload
	 * @return its bytes
	 * @throws Exception if it cannot be encoded
	 */
	byte[] encode(T payload) throws Exception;

	/**
	 * Decodes a payload.
	 * @param bytes its bytes, the codec's own to keep
	 * @return the payload, never {@code null}
	 * @throws Exception if the bytes are no payload of this type
	 */
	T decode(byte[] bytes) throws Exception;

	/**
	 * UTF-8 text. Bytes that are no UTF-8 are refused, not replaced.
	 * @return the codec
	 */
	static PayloadCodec<String> string() {
		return StringPayloadCodec.INSTANCE;
	}

	/**
	 * The bytes themselves.
	 * @return the codec
	 */
	static PayloadCodec<byte[]> bytes() {
		return BytesPayloadCodec.INSTANCE;
	}

	/**
	 * JSON by Jackson 3. The type comes from here alone: class names in the data are
	 * ignored, whatever the mapper is configured to do with them. A JSON {@code null},
	 * text after the value and an empty message are undecodable.
	 * @param <T> the type of the payload
	 * @param mapper the mapper whose configuration is used
	 * @param type the type of the payload
	 * @return the codec
	 */
	static <T> PayloadCodec<T> json(JsonMapper mapper, Type type) {
		return new JsonPayloadCodec<>(mapper, type);
	}

}
