package dev.redisqueue.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Cuts a stream of RESP 2 or 3 into commands or replies, without understanding them. */
final class RespFrames {

	private final InputStream in;

	private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

	RespFrames(InputStream in) {
		this.in = in;
	}

	/** The next one, whole. */
	byte[] next() throws IOException {
		this.frame.reset();
		value();
		return this.frame.toByteArray();
	}

	/** Whether it is no reply to a command: an attribute, or pushed by the server. */
	static boolean isPush(byte[] frame) {
		return frame[0] == '>';
	}

	private void value() throws IOException {
		String line = line();
		switch (line.isEmpty() ? ' ' : line.charAt(0)) {
			case '$', '!', '=' -> bulk(Integer.parseInt(line.substring(1)));
			case '*', '~', '>' -> values(Integer.parseInt(line.substring(1)));
			case '%' -> values(2 * Integer.parseInt(line.substring(1)));
			case '|' -> {
				values(2 * Integer.parseInt(line.substring(1)));
				value();
			}
			default -> {
				// The line was all.
			}
		}
	}

	private void values(int count) throws IOException {
		for (int i = 0; i < count; i++) {
			value();
		}
	}

	private void bulk(int length) throws IOException {
		if (length >= 0) {
			this.frame.writeBytes(this.in.readNBytes(length));
			line();
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = read(); c != '\n'; c = read()) {
			line.append((char) c);
			this.frame.write(c);
		}
		this.frame.write('\n');
		return line.toString().strip();
	}

	private int read() throws IOException {
		int c = this.in.read();
		if (c < 0) {
			throw new EOFException();
		}
		return c;
	}

}
