package dev.redisqueue.redis.link;

import io.netty.buffer.ByteBuf;

/**
 * Finds where a reply ends (RESP 2 and 3), however it is cut into pieces, without looking
 * into what it says.
 */
final class ReplyEnd {

	/** How many values are still to come before the reply has ended. */
	private long values;

	/** How many bytes of a text are still to be passed over. */
	private long bytes;

	/** The type of the value whose line has begun, or 0. */
	private byte type;

	private long number;

	private boolean negative;

	private byte first;

	private int index;

	/** Whether what comes next is the beginning of a reply. */
	boolean isPassed() {
		return isOver();
	}

	/** Whether the reply is none to a command, but sent by the server on its own. */
	boolean isPush() {
		return this.first == '>';
	}

	/** Whether the reply says that the command was refused. */
	boolean isError() {
		return this.first == '-';
	}

	static boolean isPush(ByteBuf reply) {
		return reply.getByte(reply.readerIndex()) == '>';
	}

	/** Where {@link #find} has ended. */
	int index() {
		return this.index;
	}

	/**
	 * Looks for the end of the reply that begins or goes on here. Reads nothing.
	 * @return whether it is there
	 */
	boolean find(ByteBuf in) {
		if (isOver()) {
			this.values = 1;
			this.first = in.getByte(in.readerIndex());
		}
		int end = in.writerIndex();
		this.index = in.readerIndex();
		while (this.index < end && !isOver()) {
			if (this.bytes > 0) {
				long passed = Math.min(this.bytes, end - this.index);
				this.bytes -= passed;
				this.index += (int) passed;
			}
			else {
				next(in.getByte(this.index++));
			}
		}
		return isOver();
	}

	private boolean isOver() {
		return this.values == 0 && this.bytes == 0;
	}

	private void next(byte read) {
		if (this.type == 0) {
			this.type = read;
			this.number = 0;
			this.negative = false;
		}
		else if (read == '\n') {
			line(this.negative ? -1 : this.number);
			this.type = 0;
		}
		else if (read == '-') {
			this.negative = true;
		}
		else if (read >= '0' && read <= '9') {
			this.number = this.number * 10 + (read - '0');
		}
	}

	private void line(long count) {
		this.values--;
		switch (this.type) {
			case '$', '!', '=' -> this.bytes = (count >= 0) ? count + 2 : 0;
			case '*', '~', '>' -> this.values += Math.max(0, count);
			case '%' -> this.values += 2 * Math.max(0, count);
			// What it says about the value that follows.
			case '|' -> this.values += 2 * Math.max(0, count) + 1;
			default -> {
				// The line was all.
			}
		}
	}

}
