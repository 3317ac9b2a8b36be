package dev.redisqueue.redis.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.codec.Base16;

/**
 * The Lua scripts, one a state change, each in a file of its own beside this class. A
 * line {@code --@include name} stands for a file of the include folder.
 */
public enum Script {

	ACK, ADOPT, BEGIN, BURY, CLEAR, COUNT, DELETE, DEPOSIT, DISCARD, FENCE, FINISH, GET, HEARTBEAT, HELD, LETTERS, MARK,
	PEEK, PROMOTE, PURGE, PUT_BOUNDED, PUT_DELAYED, PUT_UNIQUE, REDRIVE, REGISTER, REJECT, RELEASE, RETRY, SIZE, TAKE,
	TAKE_DUE, TAKEN, TICK, TRIM_LETTERS;

	private final byte[] source;

	private final String digest;

	Script() {
		String text = Pattern.compile("(?m)^--@include (\\w+)$")
			.matcher(read(name().toLowerCase(Locale.ROOT).replace('_', '-')))
			.replaceAll((include) -> Matcher.quoteReplacement(read("include/" + include.group(1))));
		this.source = text.getBytes(StandardCharsets.UTF_8);
		this.digest = Base16.digest(this.source);
	}

	public byte[] source() {
		return this.source;
	}

	public String digest() {
		return this.digest;
	}

	private static String read(String name) {
		try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
			if (file == null) {
				throw new IllegalStateException("The script " + name + ".lua is missing from the class path");
			}
			return new String(file.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
