package dev.redisqueue.testing;

import java.util.List;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class QueueInvariantsIntegrationTests {

	private final String name = QueueNames.fresh();

	private final String ready = "queue:" + this.name;

	private final String side = "{" + this.ready + "}:";

	private RedisClient client;

	private RedisCommands<String, String> redis;

	@BeforeEach
	void connect() {
		this.client = RedisClient.create(RedisInstance.shared().url());
		this.redis = this.client.connect().sync();
	}

	@AfterEach
	void close() {
		this.client.shutdown();
	}

	@Test
	void queueInOrderBreaksNothing() {
		this.redis.rpush(this.ready, "raw", "raw", "RQ/1\nid:1\n\nraw");
		this.redis.rpush(this.side + "arrived", "RQ/1\nput-at:5\nid:2\n\nraw");
		this.redis.zadd(this.side + "delayed", 1000, "k000000000000001RQ/1\nid:3\n\n");
		this.redis.zadd(this.side + "consumers", 1000, "alice");
		this.redis.hset(this.side + "taken:alice", "#", "7");
		this.redis.hset(this.side + "taken:alice", "7", "RQ/1\nid:4\n\nraw");
		this.redis.sadd(this.side + "begun:alice", "7");
		this.redis.zadd(this.side + "dead", 1000, "5");
		this.redis.hset(this.side + "letters", "5", "letter");
		this.redis.hset(this.side + "meta", "acked", "7");
		this.redis.psetex(this.side + "unique:key", 60_000, "1");
		assertThatCode(() -> QueueInvariants.check(RedisInstance.shared(), "queue", this.name))
			.doesNotThrowAnyException();
	}

	@Test
	void foreignKeyAndWrongTypeAreFound() {
		this.redis.set(this.ready, "text");
		this.redis.set(this.side + "other", "text");
		this.redis.set(this.side + "unique:key", "1");
		assertThat(broken()).hasSize(3)
			.anyMatch((text) -> text.contains("is a string, not a list"))
			.anyMatch((text) -> text.contains("is no key of the layout"))
			.anyMatch((text) -> text.contains("never expires"));
	}

	@Test
	void messageInTwoPlacesIsFound() {
		this.redis.rpush(this.ready, "RQ/1\nid:1\n\nraw");
		this.redis.zadd(this.side + "delayed", 1000, "k000000000000001RQ/1\nid:1\n\nraw");
		assertThat(broken()).containsExactly("the message 1 is ready and delayed");
	}

	@Test
	void borrowerWithoutAnEntryAndWrongTagAreFound() {
		this.redis.hset(this.side + "taken:bob", "#", "2");
		this.redis.hset(this.side + "taken:bob", "3", "raw");
		assertThat(broken()).containsExactly("taken: bob is not registered",
				"taken: bob holds the tag 3, the highest is 2");
	}

	@Test
	void halfADeadLetterIsFound() {
		this.redis.zadd(this.side + "dead", 1000, "1");
		this.redis.hset(this.side + "letters", "2", "letter");
		assertThat(broken()).containsExactly("dead: 1 has no letter", "letters: 2 is not dead");
	}

	private List<String> broken() {
		try (StatefulRedisConnection<byte[], byte[]> connection = RedisInstance.shared().connect()) {
			return QueueInvariants.of(connection, "queue", this.name).broken();
		}
	}

}
