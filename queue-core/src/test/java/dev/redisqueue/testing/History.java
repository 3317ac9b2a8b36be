package dev.redisqueue.testing;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * What one process did with messages: a file with a line a fact. Each line is one write
 * to the end of the file, which the process need not survive. (A {@code FileChannel}
 * would be closed by the first interrupt of a handler.)
 */
public final class History implements AutoCloseable {

	private final FileOutputStream file;

	private History(FileOutputStream file) {
		this.file = file;
	}

	public static History of(Path file) {
		try {
			return new History(new FileOutputStream(file.toFile(), true));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A message is about to be put. */
	public void put(String message, String payload) {
		write(Fact.PUT, message, checksum(payload));
	}

	/** What became of the put. */
	public void putEnded(Fact how, String message) {
		write(how, message);
	}

	/** A handler begins. */
	public void began(String message, int attempt, String payload) {
		write(Fact.BEGAN, message, attempt, checksum(payload));
	}

	/** A handler is through, and nothing is acknowledged yet. */
	public void ended(String message, int attempt) {
		write(Fact.ENDED, message, attempt);
	}

	/** An acknowledgement returned. */
	public void acked(String message, int attempt, boolean ours) {
		write(ours ? Fact.ACKED : Fact.NOT_OURS, message, attempt);
	}

	/** The process of this history is hit. */
	public void fault(Fact which) {
		write(which);
	}

	private void write(Fact fact, Object... details) {
		StringBuilder line = new StringBuilder(fact.name());
		for (Object detail : details) {
			line.append(' ').append(detail);
		}
		try {
			this.file.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long checksum(String payload) {
		CRC32 crc = new CRC32();
		crc.update(payload.getBytes(StandardCharsets.UTF_8));
		return crc.getValue();
	}

	@Override
	public void close() {
		try {
			this.file.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What can happen. */
	public enum Fact {

		PUT, PUT_OK, PUT_REFUSED, PUT_UNKNOWN, BEGAN, ENDED, ACKED, NOT_OURS, KILLED, STOPPED

	}

}
