package dev.redisqueue.redis.lease;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.RedisQueueFactory;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A process that consumes, to be stopped or killed. Arguments: port, queue, lease in ms,
 * most attempts, what to do, how many.
 */
public final class ConsumerProcess {

	private static final Duration BRIEF = Duration.ofMillis(200);

	private static final String POISON = "poison";

	private final RedisQueue<String> queue;

	private final int count;

	private ConsumerProcess(RedisQueue<String> queue, int count) {
		this.queue = queue;
		this.count = count;
	}

	public static void main(String[] args) throws Exception {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(args[0]));
		connections.afterPropertiesSet();
		connections.start();
		QueueOptions options = QueueOptions.defaults()
			.withLease(Duration.ofMillis(Long.parseLong(args[2])))
			.withMaxAttempts(Integer.parseInt(args[3]))
			.withMaxReceivedBytes(4 * 1024 * 1024);
		RedisQueueFactory factory = new RedisQueueFactory(connections);
		ConsumerProcess process = new ConsumerProcess(args[4].equals("handle")
				? factory.create(args[1], new Poisonous(), options) : factory.create(args[1], String.class, options),
				Integer.parseInt(args[5]));
		switch (args[4]) {
			case "hold" -> process.hold();
			case "handle" -> process.handle();
			case "get" -> process.get();
			case "watch" -> process.watch();
			default -> throw new IllegalArgumentException(args[4]);
		}
		System.exit(0);
	}

	/** Takes so many and keeps them; then settles them by all four verbs in turn. */
	private void hold() throws Exception {
		List<Delivery<String>> held = new ArrayList<>();
		while (held.size() < this.count) {
			held.addAll(this.queue.take(Math.min(1000, this.count - held.size()), BRIEF));
		}
		AtomicInteger told = new AtomicInteger();
		held.forEach((delivery) -> delivery.onLeaseLost(() -> {
			if (told.incrementAndGet() == this.count) {
				say("told all");
			}
		}));
		say("holding " + held.size());
		awaitLine();
		int ours = 0;
		for (int i = 0; i < held.size(); i++) {
			ours += settle(held.get(i), i) ? 1 : 0;
		}
		say("settled " + ours);
		awaitLine();
		say("told " + told);
		awaitLine();
	}

	private static boolean settle(Delivery<String> delivery, int verb) {
		return switch (verb % 4) {
			case 0 -> delivery.ack();
			case 1 -> delivery.release();
			case 2 -> delivery.retry(Duration.ZERO);
			default -> delivery.bury("by a zombie");
		};
	}

	/**
	 * Takes batches of so many, and handles one after the other until nothing is left.
	 */
	private void handle() throws Exception {
		while (true) {
			for (Delivery<String> delivery : this.queue.take(this.count, BRIEF)) {
				String payload = delivery.payload();
				say("handled " + payload + " " + delivery.attempt() + " " + delivery.ack());
			}
		}
	}

	/** Gets so many, and says what. */
	private void get() throws Exception {
		for (int i = 0; i < this.count; i++) {
			say("got " + this.queue.get());
		}
	}

	/** Uses the queue without taking: it recovers others. */
	private void watch() throws Exception {
		this.queue.isEmpty();
		say("watching");
		awaitLine();
	}

	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	private static void awaitLine() throws IOException {
		new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1).readLine();
	}

	/** One payload kills the JVM that decodes it. */
	private static final class Poisonous implements PayloadCodec<String> {

		@Override
		public byte[] encode(String payload) {
			return payload.getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public String decode(byte[] bytes) {
			String payload = new String(bytes, StandardCharsets.UTF_8);
			if (payload.equals(POISON)) {
				Runtime.getRuntime().halt(3);
			}
			return payload;
		}

	}

}
