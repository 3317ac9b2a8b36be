package dev.redisqueue.redis.link;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which replies end a connection, with a reader that does as it is told. */
class ReplyGuardTests {

	private final Reader reader = new Reader();

	private final EmbeddedChannel channel = new EmbeddedChannel(new ReplyGuard(), this.reader);

	@AfterEach
	void end() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void repliesOfTheCommandsInTheirOrderAreHandedOnOneAtATime() {
		AsyncCommand<String, String, String> first = send();
		AsyncCommand<String, String, String> second = send();
		this.reader.completes.add(first);
		this.reader.completes.add(second);
		receive("+OK\r\n:");
		receive("12\r\n");
		assertThat(this.reader.parts).containsExactly("+OK\r\n", ":", "12\r\n");
		assertThat(this.channel.isOpen()).isTrue();
	}

	@Test
	void whatTheServerPushesIsNoReply() {
		receive(">2\r\n+a\r\n:1\r\n");
		assertThat(this.channel.isOpen()).isTrue();
	}

	@Test
	void aReplyThatNobodyAwaitsIsNotHandedOn() {
		this.reader.completes.add(send());
		receive("+OK\r\n+OK\r\n");
		assertThat(this.reader.parts).containsExactly("+OK\r\n");
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void afterAReplyThatWentToALaterCommandNoneIsHandedOn() {
		send();
		this.reader.completes.add(send());
		receive("+OK\r\n+OK\r\n");
		assertThat(this.reader.parts).containsExactly("+OK\r\n");
		assertThat(this.channel.isOpen()).isFalse();
	}

	/** A node of a Cluster that has not got the key any more. */
	@Test
	void aCommandThatGoesOnToAnotherNodeIsNotDoneWithThatReply() {
		send();
		receive("-MOVED 1 127.0.0.1:7001\r\n");
		assertThat(this.channel.isOpen()).isTrue();
	}

	@Test
	void whoNobodyWaitsForAnyMoreGetsHisReplyAllTheSame() {
		AsyncCommand<String, String, String> given = send();
		AsyncCommand<String, String, String> next = send();
		given.cancel(false);
		this.reader.completes.add(given);
		this.reader.completes.add(next);
		receive("+OK\r\n+OK\r\n");
		assertThat(next).isDone();
		assertThat(this.channel.isOpen()).isTrue();
	}

	private AsyncCommand<String, String, String> send() {
		AsyncCommand<String, String, String> command = new AsyncCommand<>(
				new Command<>(CommandType.PING, new StatusOutput<>(StringCodec.UTF8)));
		this.channel.writeOutbound(command);
		return command;
	}

	private void receive(String bytes) {
		this.channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
	}

	private static final class Reader extends ChannelInboundHandlerAdapter {

		private final Queue<String> parts = new ArrayDeque<>();

		private final Queue<AsyncCommand<String, String, String>> completes = new ArrayDeque<>();

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object msg) {
			ByteBuf part = (ByteBuf) msg;
			String text = part.toString(StandardCharsets.ISO_8859_1);
			this.parts.add(text);
			part.release();
			AsyncCommand<String, String, String> command = text.endsWith("\n") ? this.completes.poll() : null;
			if (command != null) {
				command.complete();
			}
		}

	}

}
