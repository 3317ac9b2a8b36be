package dev.redisqueue.redis.link;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.CancellationException;

import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that each reply of a connection goes to the command that it belongs to, and
 * closes the connection as soon as one does not: where a reply comes that nobody awaits,
 * where it is of another type than its command's, and where an {@link Error} came
 * between. All that is under way over the connection ends as unknown then. It hands
 * Lettuce one reply at a time, so that the next one is not believed any more.
 */
final class ReplyGuard extends ChannelDuplexHandler {

	private static final Logger logger = LoggerFactory.getLogger(ReplyGuard.class);

	private final ArrayDeque<RedisCommand<?, ?, ?>> awaited = new ArrayDeque<>();

	private final ReplyEnd replyEnd = new ReplyEnd();

	private boolean odd;

	/** Guards a connection, unless it is one that listens to channels. */
	static void guard(Channel channel) {
		CommandHandler handler = channel.pipeline().get(CommandHandler.class);
		if (handler != null && handler.getClass() == CommandHandler.class) {
			channel.pipeline().addBefore(channel.pipeline().context(handler).name(), null, new ReplyGuard());
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
		if (msg instanceof RedisCommand<?, ?, ?> command) {
			await(command);
		}
		else if (msg instanceof Collection<?> commands) {
			commands.forEach((command) -> await((RedisCommand<?, ?, ?>) command));
		}
		ctx.write(msg, promise);
	}

	private void await(RedisCommand<?, ?, ?> command) {
		if (command.getOutput() != null) {
			this.awaited.add(command);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object msg) {
		ByteBuf bytes = (ByteBuf) msg;
		try {
			while (bytes.isReadable() && !this.odd) {
				if (this.replyEnd.isPassed() && this.awaited.isEmpty() && !ReplyEnd.isPush(bytes)) {
					close(ctx, "a reply came that nobody awaits");
					return;
				}
				boolean whole = this.replyEnd.find(bytes);
				ctx.fireChannelRead(bytes.readRetainedSlice(this.replyEnd.index() - bytes.readerIndex()));
				check(ctx, (whole && !this.replyEnd.isPush()) ? this.awaited.poll() : null);
			}
		}
		finally {
			bytes.release();
		}
	}

	/**
	 * What has been handed on must be the outcome of this command, and of no later one.
	 */
	private void check(ChannelHandlerContext ctx, @Nullable RedisCommand<?, ?, ?> replied) {
		if (replied != null) {
			// One that a Cluster refuses is on its way to another node already.
			if (!replied.isDone() && !this.replyEnd.isError()) {
				close(ctx, "a reply went to another command than its own");
				return;
			}
			Throwable failure = failure(replied);
			if (failure != null && !(failure instanceof RedisException)
					&& !(failure instanceof CancellationException)) {
				close(ctx, "a reply of another type than its command's came, or could not be read: " + failure);
				return;
			}
		}
		RedisCommand<?, ?, ?> next = this.awaited.peek();
		if (next != null && next.isDone() && !(failure(next) instanceof CancellationException)) {
			close(ctx, "a reply went to two commands");
		}
	}

	private static @Nullable Throwable failure(RedisCommand<?, ?, ?> command) {
		AsyncCommand<?, ?, ?> async = CommandWrapper.unwrap(command, AsyncCommand.class);
		return (async != null && async.isCompletedExceptionally())
				? async.handle((value, failure) -> failure).getNow(null) : null;
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof Error) {
			close(ctx, cause.toString());
		}
		ctx.fireExceptionCaught(cause);
	}

	private void close(ChannelHandlerContext ctx, String reason) {
		if (!this.odd) {
			this.odd = true;
			ctx.close();
			logger.warn("A connection to Redis is closed and made anew ({}). What became of the commands that were "
					+ "under way over it is unknown", reason);
		}
	}

}
