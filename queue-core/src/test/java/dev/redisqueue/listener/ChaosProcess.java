package dev.redisqueue.listener;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.Delivery;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.History;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A consumer of a chaos run, with eight threads and a history. Arguments: port, queue,
 * lease in ms, how to acknowledge, history.
 */
final class ChaosProcess {

	static final int THREADS = 8;

	private final Acknowledging acknowledging;

	private final History history;

	/** Up to this round, nobody is held. */
	private int released = -1;

	private ChaosProcess(Acknowledging acknowledging, History history) {
		this.acknowledging = acknowledging;
		this.history = history;
	}

	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[0]);
		Duration lease = Duration.ofMillis(Long.parseLong(args[2]));
		ChaosProcess process = new ChaosProcess(Acknowledging.valueOf(args[3]), History.of(Path.of(args[4])));
		process.watchForStalls(lease);
		if (process.acknowledging == Acknowledging.NEVER) {
			process.pop(port, QueueOptions.DEFAULT_NAMESPACE + ":" + args[1]);
		}
		else {
			process.listen(port, args[1], lease, Duration.ofMillis(Long.parseLong(args[5])));
		}
		say("ready");
		process.readCommands();
	}

	/** Ends as an application does that gets a SIGTERM. */
	private void listen(int port, String name, Duration lease, Duration commandTimeout) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", port),
				LettuceClientConfiguration.builder().commandTimeout(commandTimeout).build());
		connections.afterPropertiesSet();
		connections.start();
		RedisQueueFactory factory = new RedisQueueFactory(connections);
		RedisQueue<String> queue = factory.create(name, String.class, QueueOptions.defaults().withLease(lease));
		RedisQueueListenerContainer<String> container = new RedisQueueListenerContainer<>("chaos", List.of(queue),
				ListenerOptions.defaults().withConcurrency(THREADS), DeliveryHandler.each(this::handle));
		container.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			container.stop();
			factory.close();
			connections.destroy();
			this.history.close();
		}));
	}

	private void handle(Delivery<String> delivery) {
		ChaosMessage message = work(delivery.payload(), delivery.attempt());
		if (this.acknowledging == Acknowledging.IN_HANDLER) {
			this.history.acked(message.id(), delivery.attempt(), delivery.ack());
		}
	}

	private ChaosMessage work(String payload, int attempt) {
		ChaosMessage message = ChaosMessage.of(payload);
		this.history.began(message.id(), attempt, payload);
		if (!message.hold()) {
			LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(1)));
		}
		else if (attempt == 1) {
			say("holding of round " + message.round() + ": " + message.id());
			awaitRelease(message.round());
		}
		else {
			say("again " + message.id() + ";");
		}
		this.history.ended(message.id(), attempt);
		return message;
	}

	private synchronized void awaitRelease(int round) {
		try {
			while (this.released < round) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			// The lease is lost. A stubborn handler tries to acknowledge all the same.
		}
	}

	private void readCommands() throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			release(Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
		}
	}

	private synchronized void release(int round) {
		this.released = round;
		notifyAll();
	}

	/**
	 * A machine that stands still for half a lease is a fault too, if not one of ours.
	 */
	private void watchForStalls(Duration lease) {
		Thread watch = new Thread(() -> {
			while (true) {
				long before = System.nanoTime();
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
				if (System.nanoTime() - before > lease.toNanos() / 2) {
					this.history.fault(History.Fact.STOPPED);
				}
			}
		}, "stalls");
		watch.setDaemon(true);
		watch.start();
	}

	/** What many write by hand: nobody else ever gets what a dead process had popped. */
	private void pop(int port, String key) throws InterruptedException {
		RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
		CountDownLatch connected = new CountDownLatch(THREADS);
		for (int i = 0; i < THREADS; i++) {
			new Thread(() -> {
				RedisCommands<String, String> redis = client.connect().sync();
				connected.countDown();
				while (true) {
					KeyValue<String, String> popped = redis.blpop(1, key);
					if (popped != null) {
						this.history.acked(work(popped.getValue(), 1).id(), 1, true);
					}
				}
			}).start();
		}
		connected.await();
	}

	private static synchronized void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	/** How the consumer tells that it is done. */
	enum Acknowledging {

		/** By itself, and records the result. */
		IN_HANDLER,

		/** By returning. */
		BY_RETURN,

		/** Not at all: the negative control, a plain {@code BLPOP}. */
		NEVER

	}

}
