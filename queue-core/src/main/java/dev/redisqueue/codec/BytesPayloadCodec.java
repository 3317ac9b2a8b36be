package dev.redisqueue.codec;

final class BytesPayloadCodec implements PayloadCodec<byte[]> {

	static final BytesPayloadCodec INSTANCE = new BytesPayloadCodec();

	@Override
	public byte[] encode(byte[] payload) {
		return payload.clone();
	}

	@Override
	public byte[] decode(byte[] bytes) {
		return bytes;
	}

}
