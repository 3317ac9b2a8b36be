package dev.redisqueue.redis.link;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Replies of all types, in pieces of any length. */
class ReplyEndTests {

	private static final List<String> REPLIES = List.of("+OK\r\n", "-ERR no 5\r\n", ":-12\r\n", "$-1\r\n", "$0\r\n\r\n",
			"$7\r\na\r\n:1\r\n\r\n", "*0\r\n", "*-1\r\n", "*2\r\n*1\r\n:1\r\n$3\r\n*9\r\r\n", ",1.5e-3\r\n", "_\r\n",
			"#t\r\n", "(12345678901234567890\r\n", "=7\r\ntxt:a\nb\r\n", "!5\r\nERR 1\r\n",
			"%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n", "~2\r\n:1\r\n:2\r\n", ">2\r\n+pubsub\r\n$1\r\nx\r\n",
			"|1\r\n+ttl\r\n:3600\r\n*1\r\n:9\r\n");

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 7, 16, 1000 })
	void eachEndsWhereTheNextOneBegins(int piece) {
		byte[] all = String.join("", REPLIES).getBytes(StandardCharsets.ISO_8859_1);
		ReplyEnd end = new ReplyEnd();
		List<String> found = new ArrayList<>();
		StringBuilder reply = new StringBuilder();
		for (int from = 0; from < all.length; from += piece) {
			ByteBuf in = Unpooled.wrappedBuffer(all, from, Math.min(piece, all.length - from));
			while (in.isReadable()) {
				boolean whole = end.find(in);
				reply.append(in.readCharSequence(end.index() - in.readerIndex(), StandardCharsets.ISO_8859_1));
				assertThat(end.isPassed()).isEqualTo(whole);
				assertThat(end.isPush()).isEqualTo(reply.charAt(0) == '>');
				if (whole) {
					found.add(reply.toString());
					reply.setLength(0);
				}
			}
		}
		assertThat(found).isEqualTo(REPLIES);
	}

	@Test
	void aLongTextIsPassedOverWithoutCountingItsLines() {
		ByteBuf in = Unpooled.copiedBuffer("$1000000\r\n" + "\r\n".repeat(500_000), StandardCharsets.ISO_8859_1);
		ReplyEnd end = new ReplyEnd();
		assertThat(end.find(in)).isFalse();
		in.skipBytes(in.readableBytes());
		assertThat(end.find(Unpooled.copiedBuffer("\r\n+OK\r\n", StandardCharsets.ISO_8859_1))).isTrue();
		assertThat(end.index()).isEqualTo(2);
	}

}
