package dev.redisqueue.redis.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation lists every command that the scripts send.
 */
class DocumentedPermissionsTests {

	private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('([A-Z]+)'");

	@Test
	void everyCommandOfTheScriptsIsDocumented() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "redis-layout.md"));
		String list = page.substring(page.indexOf("## Permissions"));
		Set<String> documented = Arrays.stream(list.split("[^A-Z]+")).collect(Collectors.toSet());
		Set<String> sent = Arrays.stream(Script.values())
			.flatMap((script) -> CALL.matcher(new String(script.source(), StandardCharsets.UTF_8)).results())
			.map((MatchResult call) -> call.group(1))
			.collect(Collectors.toSet());
		assertThat(sent).hasSizeGreaterThan(20).isSubsetOf(documented);
	}

}
