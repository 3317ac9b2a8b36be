package dev.redisqueue.codec;

import java.lang.reflect.Type;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

final class JsonPayloadCodec<T> implements PayloadCodec<T> {

	private final ObjectWriter writer;

	private final ObjectReader reader;

	JsonPayloadCodec(JsonMapper mapper, Type type) {
		// A mapper of the application's may have default typing on, which reads class
		// names from the data.
		JsonMapper safe = mapper.rebuild().deactivateDefaultTyping().build();
		JavaType javaType = safe.constructType(type);
		this.writer = safe.writerFor(javaType);
		this.reader = safe.readerFor(javaType).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
	}

	@Override
	public byte[] encode(T payload) {
		return this.writer.writeValueAsBytes(payload);
	}

	@Override
	public T decode(byte[] bytes) {
		T payload = this.reader.readValue(bytes);
		if (payload == null) {
			throw new IllegalArgumentException("The JSON value is null");
		}
		return payload;
	}

}
