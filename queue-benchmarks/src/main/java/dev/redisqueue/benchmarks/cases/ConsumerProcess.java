package dev.redisqueue.benchmarks.cases;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.benchmarks.peer.LocalPeer;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
import dev.redisqueue.listener.DeliveryHandler;
import io.lettuce.core.RedisURI;

/**
 * A JVM with a listener of concurrency 8 whose handler sleeps. To every line it answers
 * how many messages it has handled.
 */
public final class ConsumerProcess {

	/** The first argument of the program that selects this class. */
	public static final String ARGUMENT = "consumer";

	private ConsumerProcess() {
	}

	static List<String> arguments(RedisURI redis, String queue, int handlerMillis) {
		return List.of(ARGUMENT, redis.getHost(), String.valueOf(redis.getPort()), queue,
				String.valueOf(handlerMillis));
	}

	/**
	 * Runs it until its input ends.
	 * @param args {@link #ARGUMENT}, host, port, queue, and how long the handler sleeps
	 * in milliseconds
	 * @throws IOException if there is no input
	 */
	public static void run(String[] args) throws IOException {
		RedisQueuePeer ours = new RedisQueuePeer(RedisURI.create(args[1], Integer.parseInt(args[2])),
				QueueOptions.defaults());
		long sleep = Long.parseLong(args[4]);
		AtomicLong handled = new AtomicLong();
		LocalPeer.Listening listening = RedisQueuePeer.listen(List.of(ours.queue(args[3])), Listen.CONCURRENCY,
				DeliveryHandler.each((delivery) -> {
					Thread.sleep(sleep);
					handled.incrementAndGet();
				}));
		System.out.println("ready");
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		while (in.readLine() != null) {
			System.out.println("handled " + handled.get());
		}
		listening.stop();
		ours.close();
	}

}
