package dev.redisqueue.boot;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application gets from its properties, whatever serves the Redis.
 */
@SpringBootTest(classes = QueueContract.Application.class, properties = { "redis.queue.namespace=contract",
		"redis.queue.queues.lines=", "redis.queue.queues.orders.payload-type=dev.redisqueue.boot.Order",
		"redis.queue.queues.orders.max-attempts=2",
		"redis.queue.queues.mails.payload-type=dev.redisqueue.boot.Postcard", "redis.queue.queues.mails.format=raw",
		"redis.queue.queues.elsewhere.database=1", "redis.queue.queues.elsewhere.name=lines" })
abstract class QueueContract {

	@Autowired
	private RedisQueue<String> lines;

	@Autowired
	private RedisQueue<Order> orders;

	@Autowired
	private RedisQueue<Postcard> mails;

	@Autowired
	private RedisQueue<String> elsewhere;

	@Autowired
	private RedisQueueFactory factory;

	@Autowired
	private StringRedisTemplate redis;

	@BeforeEach
	void clear() {
		List.of(this.lines, this.orders, this.mails, this.elsewhere).forEach(RedisQueue::clear);
	}

	@Test
	void whatIsPutIsGot() throws InterruptedException {
		this.lines.put("one");
		this.lines.put("two");
		assertThat(this.lines.size()).isEqualTo(2);
		assertThat(this.lines.get(Duration.ofSeconds(30))).contains("one");
		assertThat(this.lines.get()).isEqualTo("two");
		assertThat(this.lines.getNowait()).isEmpty();
	}

	@Test
	void payloadsTravelAsJson() throws InterruptedException {
		this.orders.put(new Order(42, "Ada"));
		try (Delivery<Order> delivery = this.orders.take(Duration.ofSeconds(30)).orElseThrow()) {
			assertThat(delivery.payload()).isEqualTo(new Order(42, "Ada"));
			assertThat(new String(delivery.bytes(), StandardCharsets.UTF_8))
				.isEqualTo("{\"id\":42,\"customer\":\"Ada\"}");
			assertThat(delivery.ack()).isTrue();
		}
		assertThat(this.orders.isEmpty()).isTrue();
	}

	@Test
	void aRawQueueIsWhatOtherClientsSee() {
		this.mails.put(new Postcard("ada@example.org"));
		assertThat(this.redis.opsForList().leftPop("contract:mails")).isEqualTo("{\"to\":\"ada@example.org\"}");
		this.redis.opsForList().rightPush("contract:mails", "{\"to\":\"bob@example.org\"}");
		assertThat(this.mails.getNowait()).contains(new Postcard("bob@example.org"));
	}

	@Test
	void maxAttemptsHold() throws InterruptedException {
		this.orders.deadLetters().purge();
		this.orders.put(new Order(1, "Bob"));
		assertThat(this.orders.take(Duration.ofSeconds(30)).orElseThrow().retry(Duration.ZERO)).isTrue();
		assertThat(this.orders.take(Duration.ofSeconds(30)).orElseThrow().retry(Duration.ZERO)).isTrue();
		assertThat(this.orders.deadLetters().list(0, 10)).singleElement().extracting(DeadLetter::attempts).isEqualTo(2);
	}

	@Test
	void anotherDatabaseIsAnotherQueue() {
		this.elsewhere.put("there");
		assertThat(this.lines.isEmpty()).isTrue();
		assertThat(this.elsewhere.getNowait()).contains("there");
	}

	@Test
	void queuesMadeAtRunTimeShareTheConnection() {
		RedisQueue<String> tenant = this.factory.create("tenant-7", String.class);
		tenant.put("hello");
		assertThat(this.redis.opsForList().size("queue:tenant-7")).isEqualTo(1);
		assertThat(tenant.getNowait()).contains("hello");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
