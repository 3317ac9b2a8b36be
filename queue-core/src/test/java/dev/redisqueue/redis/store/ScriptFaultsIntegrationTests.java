package dev.redisqueue.redis.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.redisqueue.redis.Wire;
import dev.redisqueue.testing.RedisInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Scripts are not rolled back: whatever fails in one has to fail before anything changed.
 * Every scenario meets keys of the wrong type, commands that are denied, keys that are
 * not allowed, and a Redis that is full.
 * <p>
 * All of the queue is compared before and after. Fields of meta that are zero count as
 * absent, and the sequence may run ahead: both mean the same.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ScriptFaultsIntegrationTests {

	private static final Pattern COMMAND = Pattern.compile("redis\\.call\\('([A-Z]+)'");

	private static final Set<Script> STORE_NEW_MESSAGES = Set.of(Script.MARK, Script.PUT_BOUNDED, Script.PUT_DELAYED,
			Script.PUT_UNIQUE);

	private static RedisInstance redis;

	private static Wire wire;

	/** The same server for a user whose rights a test takes away. */
	private static Wire restricted;

	private final QueueState queue = new QueueState(wire, "orders");

	@BeforeAll
	static void start() {
		redis = RedisInstance.start();
		wire = new Wire(redis.host(), redis.port());
		restricted = new Wire(redis.host(), redis.port());
		wire.call("ACL", "SETUSER", "app", "on", "nopass", "~*", "+@all");
		restricted.call("AUTH", "app", "any");
	}

	@AfterAll
	static void stop() {
		restricted.close();
		wire.close();
		redis.close();
	}

	@BeforeEach
	void reset() {
		wire.call("CONFIG", "SET", "maxmemory", "0");
		allow("~*", "+@all");
	}

	@Test
	void everyScriptHasAScenario() {
		assertThat(Arrays.stream(ScriptScenario.values()).map((scenario) -> scenario.script)).contains(Script.values());
	}

	@ParameterizedTest
	@EnumSource
	void keyOfTheWrongTypeChangesNothing(ScriptScenario scenario) {
		Map<String, Object> normal = normalResult(scenario);
		for (String key : scenario.keys) {
			for (String type : List.of("string", "list", "hash", "set", "zset")) {
				seed(scenario);
				if (!spoil(key, type)) {
					continue;
				}
				Object spoiled = this.queue.read().get(key);
				check(scenario, wire, "with " + key + " as a " + type, (result) -> {
					assertThat(result.remove(key)).isEqualTo(spoiled);
					Map<String, Object> expected = new TreeMap<>(normal);
					expected.remove(key);
					assertThat(result).isEqualTo(expected);
				});
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void deniedCommandChangesNothing(ScriptScenario scenario) {
		Map<String, Object> normal = normalResult(scenario);
		for (String command : commands(scenario.script)) {
			seed(scenario);
			allow("~*", "+@all", "-" + command);
			check(scenario, restricted, "without " + command, (result) -> assertThat(result).isEqualTo(normal));
		}
	}

	@ParameterizedTest
	@EnumSource(Script.class)
	void everyCommandIsReachedByAScenario(Script script) {
		Set<String> unreached = new TreeSet<>(commands(script));
		for (String command : commands(script)) {
			for (ScriptScenario scenario : ScriptScenario.values()) {
				if (scenario.script == script) {
					seed(scenario);
					allow("~*", "+@all", "-" + command);
					if (!succeeds(scenario, restricted)) {
						unreached.remove(command);
					}
				}
			}
		}
		assertThat(unreached).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void declaredKeysAreAllThatIsUsed(ScriptScenario scenario) {
		Map<String, Object> normal = normalResult(scenario);
		seed(scenario);
		String[] rules = scenario.keys.stream().map((key) -> "~" + this.queue.key(key)).toArray(String[]::new);
		allow(rules);
		assertThat(succeeds(scenario, restricted)).as("runs with its keys alone").isTrue();
		assertThat(this.queue.read()).isEqualTo(normal);
	}

	@ParameterizedTest
	@EnumSource
	void fullRedisCanBeDrainedAndRefusesNewMessages(ScriptScenario scenario) {
		Map<String, Object> normal = normalResult(scenario);
		seed(scenario);
		Map<String, Object> before = this.queue.read();
		wire.call("CONFIG", "SET", "maxmemory", "1");
		if (STORE_NEW_MESSAGES.contains(scenario.script)) {
			assertThatCode(() -> wire.call(scenario.evaluation(this.queue, scenario.script.source())))
				.hasMessageContaining("OOM");
			assertThat(this.queue.read()).isEqualTo(before);
		}
		else {
			assertThatCode(() -> wire.call(scenario.evaluation(this.queue, scenario.script.source())))
				.doesNotThrowAnyException();
			assertThat(this.queue.read()).isEqualTo(normal);
		}
	}

	/** A matrix that never fails would prove nothing. */
	@Test
	void scriptThatRemovesFirstIsFound() {
		byte[] careless = "redis.call('HSET', KEYS[2], '1', redis.call('LPOP', KEYS[1]))"
			.getBytes(StandardCharsets.UTF_8);
		seed(ScriptScenario.TAKE);
		spoil("taken:alice", "string");
		Map<String, Object> before = this.queue.read();
		assertThatCode(() -> wire.call("EVAL", careless, 2, this.queue.key("ready"), this.queue.key("taken:alice")))
			.hasMessageContaining("WRONGTYPE");
		assertThat(this.queue.read()).isNotEqualTo(before);
	}

	private void check(ScriptScenario scenario, Wire caller, String fault, Consumer<Map<String, Object>> success) {
		Map<String, Object> before = this.queue.read();
		boolean succeeded = succeeds(scenario, caller);
		Map<String, Object> result = this.queue.read();
		if (succeeded && !result.equals(before)) {
			// What is spoilt was not needed.
			assertThatCode(() -> success.accept(result)).as(scenario + " " + fault).doesNotThrowAnyException();
		}
		else {
			assertThat(withoutSequence(result)).as(scenario + " " + fault).isEqualTo(withoutSequence(before));
		}
	}

	private boolean succeeds(ScriptScenario scenario, Wire caller) {
		try {
			caller.call(scenario.evaluation(this.queue, scenario.script.source()));
			return true;
		}
		catch (Wire.RedisError ex) {
			assertThat(ex.getMessage()).containsAnyOf("WRONGTYPE", "NOPERM", "can't run this command");
			return false;
		}
	}

	private Map<String, Object> normalResult(ScriptScenario scenario) {
		seed(scenario);
		wire.call(scenario.evaluation(this.queue, scenario.script.source()));
		return this.queue.read();
	}

	private void seed(ScriptScenario scenario) {
		wire.call("FLUSHALL");
		scenario.seed(this.queue);
	}

	/** {@code false} where the key is of that type, as it should be. */
	private boolean spoil(String key, String type) {
		String name = this.queue.key(key);
		String right = switch (key.split(":")[0]) {
			case "ready", "arrived" -> "list";
			case "delayed", "consumers", "dead" -> "zset";
			case "taken", "letters", "meta" -> "hash";
			case "begun" -> "set";
			default -> "string";
		};
		if (type.equals(right)) {
			return false;
		}
		this.queue.delete(key);
		switch (type) {
			case "string" -> wire.call("SET", name, "spoilt");
			case "list" -> this.queue.list(key, "spoilt");
			case "hash" -> this.queue.hash(key, "1", "spoilt");
			case "set" -> this.queue.set(key, "spoilt");
			default -> this.queue.zset(key, 1, "spoilt");
		}
		return true;
	}

	private static void allow(String... rules) {
		Object[] words = new Object[5 + rules.length];
		System.arraycopy(new Object[] { "ACL", "SETUSER", "app", "resetkeys", "+@all" }, 0, words, 0, 5);
		System.arraycopy(rules, 0, words, 5, rules.length);
		wire.call(words);
	}

	private static Set<String> commands(Script script) {
		return COMMAND.matcher(new String(script.source(), StandardCharsets.UTF_8))
			.results()
			.map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Map<String, Object> withoutSequence(Map<String, Object> state) {
		if (state.get("meta") instanceof Map<?, ?> meta) {
			meta.remove("sequence");
		}
		return state;
	}

}
