package dev.redisqueue.listener;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.sun.management.OperatingSystemMXBean;
import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A process with a listener, to be killed or stopped. Arguments: port, queue, lease in
 * ms, most attempts, threads. What a message says is done:
 * <ul>
 * <li>{@code halt} ends the process at once;
 * <li>{@code hold} waits for the line {@code go};
 * <li>{@code quiet} says nothing, as there are many;
 * <li>{@code fail} and {@code bury} do so too, and then throw.
 * </ul>
 */
final class ListenerProcess {

	private static final CountDownLatch GO = new CountDownLatch(1);

	private ListenerProcess() {
	}

	public static void main(String[] args) throws IOException {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(args[0]));
		connections.afterPropertiesSet();
		connections.start();
		RedisQueueFactory factory = new RedisQueueFactory(connections);
		RedisQueue<String> queue = factory.create(args[1], String.class,
				QueueOptions.defaults()
					.withLease(Duration.ofMillis(Long.parseLong(args[2])))
					.withMaxAttempts(Integer.parseInt(args[3])));
		RedisQueueListenerContainer<String> container = new RedisQueueListenerContainer<>("child", List.of(queue),
				ListenerOptions.defaults()
					.withConcurrency(Integer.parseInt(args[4]))
					.withFailurePolicy(
							FailurePolicy.byClass(Map.of(IllegalArgumentException.class, FailureOutcome.bury()))),
				DeliveryHandler.each(ListenerProcess::handle));
		container.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			container.stop();
			factory.close();
			connections.destroy();
		}));
		say("ready");
		readCommands();
	}

	private static void handle(Delivery<String> delivery) {
		String payload = delivery.payload();
		if (payload.startsWith("quiet")) {
			return;
		}
		say("began " + payload + " " + delivery.attempt());
		String verb = payload.split(" ")[0];
		switch (verb) {
			case "halt" -> Runtime.getRuntime().halt(3);
			case "hold" -> awaitGo(payload);
			case "fail" -> {
				awaitGo(payload);
				throw new IllegalStateException("as the message said");
			}
			case "bury" -> {
				awaitGo(payload);
				throw new IllegalArgumentException("as the message said");
			}
			default -> {
			}
		}
		say("ended " + payload + " " + delivery.attempt());
	}

	/** An interrupt is noted, and else ignored. */
	private static void awaitGo(String payload) {
		while (true) {
			try {
				GO.await();
				return;
			}
			catch (InterruptedException ex) {
				say("interrupted " + payload);
			}
		}
	}

	private static void readCommands() throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			if (line.equals("go")) {
				GO.countDown();
			}
			else {
				say(line + " " + system.getProcessCpuTime());
			}
		}
	}

	private static synchronized void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
