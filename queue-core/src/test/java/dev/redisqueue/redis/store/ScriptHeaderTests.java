package dev.redisqueue.redis.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every script says in the same way what it does, and says it of the keys that it uses.
 */
class ScriptHeaderTests {

	private static final Pattern HEADER = Pattern.compile("\\A--\\[\\[\n(.*?)\n--\\]\\]\n", Pattern.DOTALL);

	private static final Pattern DOCUMENTED_KEY = Pattern.compile("(\\d) \\w+ (?:LIST|ZSET|HASH|SET|STRING)\\b");

	@ParameterizedTest
	@EnumSource
	void headerNamesKeysArgumentsReplyAndCost(Script script) {
		String header = header(script);
		assertThat(header.lines().findFirst().orElseThrow()).matches("[A-Z].*");
		assertThat(header).containsPattern("(?m)^KEYS    1 ")
			.containsPattern("(?m)^Returns ")
			.containsPattern("(?m)^Cost    \\d+ commands");
		assertThat(header.contains("\nARGV    ")).as("ARGV in the header").isEqualTo(body(script).contains("ARGV"));
	}

	@ParameterizedTest
	@EnumSource
	void headerNamesTheStatesThatItChanges(Script script) {
		assertThat(header(script))
			.containsPattern("(?s)[a-z] -> [a-z]|Changes nothing|Renews|Notes|What every process");
	}

	@ParameterizedTest
	@EnumSource
	void headerNumbersTheKeysThatAreUsed(Script script) {
		String keys = header(script).replaceAll("(?s).*\nKEYS    (.*?)\n(?:ARGV|Returns) .*", "$1");
		Matcher key = DOCUMENTED_KEY.matcher(keys);
		int documented = 0;
		while (key.find()) {
			assertThat(key.group(1)).isEqualTo(String.valueOf(++documented));
		}
		String body = body(script);
		Matcher unpacked = Pattern.compile("local ([\\w, ]+) = unpack\\(KEYS\\)").matcher(body);
		int used = unpacked.find() ? unpacked.group(1).split(",").length : 0;
		Matcher indexed = Pattern.compile("KEYS\\[(\\d)\\]").matcher(body);
		while (indexed.find()) {
			used = Math.max(used, Integer.parseInt(indexed.group(1)));
		}
		assertThat(documented).isEqualTo(used);
	}

	@ParameterizedTest
	@EnumSource
	void linesAreShort(Script script) {
		assertThat(text(script).lines()).allMatch((line) -> line.length() <= 120);
		assertThat(text(script)).doesNotContain("\t").endsWith("\n");
	}

	@ParameterizedTest
	@EnumSource
	void codeIsShort(Script script) {
		assertThat(body(script).lines().filter((line) -> !line.isBlank() && !line.startsWith("--")).count())
			.isLessThanOrEqualTo(80);
	}

	private static String header(Script script) {
		Matcher header = HEADER.matcher(text(script));
		assertThat(header.find()).as("header of " + script).isTrue();
		return header.group(1);
	}

	private static String body(Script script) {
		return HEADER.matcher(text(script)).replaceFirst("");
	}

	private static String text(Script script) {
		String name = script.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".lua";
		try (InputStream file = Script.class.getResourceAsStream(name)) {
			return new String(file.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(name, ex);
		}
	}

}
