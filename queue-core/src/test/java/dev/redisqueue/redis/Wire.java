package dev.redisqueue.redis;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The protocol of Redis on a socket, with bytes as Latin-1 characters: for the model
 * test, which needs a reply within microseconds and sockets that it can abandon. Not for
 * more than one thread.
 */
public final class Wire implements AutoCloseable {

	private final Socket socket;

	private final InputStream in;

	private final OutputStream out;

	public Wire(String host, int port) {
		try {
			this.socket = new Socket(host, port);
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(20_000);
			this.in = new BufferedInputStream(this.socket.getInputStream());
			this.out = new BufferedOutputStream(this.socket.getOutputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The reply: a number, text, a list, or null; an error is thrown. */
	public Object call(Object... words) {
		send(words);
		return reply();
	}

	/** Sends without waiting; a reply is to be read for each, or the socket closed. */
	public void send(Object... words) {
		try {
			write(words);
			this.out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Sends both at once, so that Redis reads them together. */
	public void send(Object[] first, Object[] second) {
		try {
			write(first);
			write(second);
			this.out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public Object reply() {
		try {
			Object reply = read();
			if (reply instanceof RedisError error) {
				throw error;
			}
			return reply;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void write(Object... words) throws IOException {
		this.out.write(latin1("*" + words.length + "\r\n"));
		for (Object word : words) {
			byte[] bytes = (word instanceof byte[] raw) ? raw : latin1(word.toString());
			this.out.write(latin1("$" + bytes.length + "\r\n"));
			this.out.write(bytes);
			this.out.write('\r');
			this.out.write('\n');
		}
	}

	private Object read() throws IOException {
		int kind = this.in.read();
		String line = line();
		return switch (kind) {
			case '+' -> line;
			case '-' -> new RedisError(line);
			case ':' -> Long.valueOf(line);
			case '$' -> bulk(Integer.parseInt(line));
			case '*' -> list(Integer.parseInt(line));
			default -> throw new EOFException("The connection ended: " + kind + line);
		};
	}

	private String bulk(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		byte[] bytes = this.in.readNBytes(length);
		this.in.skipNBytes(2);
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	private List<Object> list(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		List<Object> values = new ArrayList<>(length);
		for (int i = 0; i < length; i++) {
			values.add(read());
		}
		return values;
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = this.in.read(); c != '\r' && c >= 0; c = this.in.read()) {
			line.append((char) c);
		}
		this.in.read();
		return line.toString();
	}

	private static byte[] latin1(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What Redis refused. */
	public static final class RedisError extends RuntimeException {

		private static final long serialVersionUID = 1L;

		RedisError(String message) {
			super(message, null, false, false);
		}

	}

}
