package dev.redisqueue.redis.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.redisqueue.redis.Wire;
import dev.redisqueue.testing.QueueInvariants;
import dev.redisqueue.testing.QueueNames;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.ResourceLock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the tests of scripts have in common: a queue of its own for each, on which scripts
 * run over Lettuce, as the queue runs them.
 */
@ResourceLock("the connections of the script tests")
abstract class ScriptTestSupport {

	private static Wire wire;

	private static StatefulRedisConnection<byte[], byte[]> connection;

	final String name = QueueNames.fresh();

	final QueueState queue = new QueueState(wire, this.name);

	private boolean inOrder = true;

	@BeforeAll
	static void connect() {
		RedisInstance redis = RedisInstance.shared();
		wire = new Wire(redis.host(), redis.port());
		connection = redis.connect();
	}

	@AfterAll
	static void disconnect() {
		wire.close();
		connection.close();
	}

	@AfterEach
	void checkInvariants() {
		if (this.inOrder) {
			QueueInvariants.of(this.queue.dump(), "queue", this.name).allowEqualIds().check();
		}
	}

	/** For a test whose queue is not in order to begin with. */
	void withoutInvariants() {
		this.inOrder = false;
	}

	/** The reply of a script, readable; a lone value comes as a list of one. */
	Object run(Script script, List<String> keys, Object... args) {
		return this.queue.readable(connection.sync()
			.eval(script.source(), ScriptOutputType.MULTI,
					keys.stream().map((key) -> bytes(this.queue.key(key))).toArray(byte[][]::new),
					Arrays.stream(args).map((arg) -> bytes(arg.toString())).toArray(byte[][]::new)));
	}

	/** Asserts that these are the keys of the queue, and no others. */
	void assertState(Object... keysAndValues) {
		Map<String, Object> expected = new TreeMap<>();
		for (int i = 0; i < keysAndValues.length; i += 2) {
			expected.put((String) keysAndValues[i], keysAndValues[i + 1]);
		}
		assertThat(this.queue.read()).isEqualTo(expected);
	}

	/** The members of a sorted set, in its order. */
	List<String> members(String key) {
		return List.copyOf(this.queue.dump().get(this.queue.key(key)).map().keySet());
	}

	/** A reply, or a list; it may hold {@code null}. */
	static List<Object> list(Object... values) {
		return Arrays.asList(values);
	}

	/** A hash, or the members and scores of a sorted set. */
	static Map<String, String> map(String... entries) {
		Map<String, String> map = new LinkedHashMap<>();
		for (int i = 0; i < entries.length; i += 2) {
			map.put(entries[i], entries[i + 1]);
		}
		return map;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
