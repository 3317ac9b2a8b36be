package dev.redisqueue.listener;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A process whose handlers use up its memory, until sixty have; then it says
 * {@code well}. Arguments: port, queue. Asked for its {@code state} it says that.
 */
final class HeapProcess {

	private static final AtomicInteger handled = new AtomicInteger();

	private static volatile boolean well;

	private HeapProcess() {
	}

	public static void main(String[] args) throws IOException {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(args[0]));
		connections.afterPropertiesSet();
		connections.start();
		RedisQueue<String> queue = new RedisQueueFactory(connections).create(args[1], String.class,
				QueueOptions.defaults().withMaxAttempts(1000).withBackoff((attempt) -> Duration.ofMillis(5)));
		RedisQueueListenerContainer<String> container = new RedisQueueListenerContainer<>("child", List.of(queue),
				ListenerOptions.defaults().withConcurrency(4), (deliveries) -> useUpMemory());
		container.start();
		System.out.println("ready");
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			System.out.println("state " + container.state() + " " + container.troubles());
		}
		System.exit(0);
	}

	/** Until there is none, which whoever needs some at this moment gets to feel. */
	private static void useUpMemory() {
		if (well) {
			return;
		}
		if (handled.incrementAndGet() == 60) {
			well = true;
			System.out.println("well");
		}
		List<byte[]> hoard = new ArrayList<>(100_000);
		int size = 1 << 20;
		while (size > 2000) {
			try {
				hoard.add(new byte[size]);
			}
			catch (OutOfMemoryError ex) {
				size /= 4;
			}
		}
		if (hoard.hashCode() != 0) {
			throw new OutOfMemoryError("used up by " + hoard.size() + " arrays");
		}
	}

}
