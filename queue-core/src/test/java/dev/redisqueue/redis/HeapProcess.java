package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Backoff;
import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A process with a small heap, whose threads use all verbs of two queues while the heap
 * is exhausted at random moments. Then, with the heap free again, it looks whether
 * everything works, and says what does not. Arguments: port, queue, seed.
 */
public final class HeapProcess {

	private static final Duration LEASE = Duration.ofSeconds(6);

	private static final Duration BRIEF = Duration.ofMillis(20);

	private static final int THREADS = 6;

	private static final int EPISODES = 4;

	/** Of it each queue gets a part; bits of it are kept. */
	private static final int MOST = 2_000_000;

	/** Before the heap is short: later there may be no room for it. */
	private final byte[][] hog = new byte[4_000][];

	private final Lane[] lanes = new Lane[2];

	private final Random random;

	private final AtomicInteger errors = new AtomicInteger();

	private volatile boolean ended;

	private HeapProcess(RedisQueueFactory factory, String name, long seed) {
		this.random = new Random(seed);
		QueueOptions options = QueueOptions.defaults()
			.withLease(LEASE)
			.withMaxAttempts(1_000)
			.withBackoff(Backoff.fixed(Duration.ofMillis(10)));
		this.lanes[0] = new Lane(factory.create(name, String.class, options));
		this.lanes[1] = new Lane(factory.create(name + "-got", String.class, options));
	}

	public static void main(String[] args) throws Exception {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(args[0]));
		connections.afterPropertiesSet();
		connections.start();
		RedisQueueFactory factory = new RedisQueueFactory(connections);
		HeapProcess process = new HeapProcess(factory, args[1], Long.parseLong(args[2]));
		String result;
		try {
			process.run();
			result = "held";
		}
		catch (Throwable ex) {
			ex.printStackTrace();
			process.dumpThreads();
			result = "failed: " + ex;
		}
		System.out.println("result " + result);
		System.out.flush();
		System.exit(0);
	}

	private void run() throws Exception {
		for (Lane lane : this.lanes) {
			lane.rehearse();
		}
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			Worker worker = new Worker(this.random.nextLong());
			Thread thread = new Thread(worker, "worker-" + i);
			thread.start();
			threads.add(thread);
		}
		for (int i = 0; i < EPISODES; i++) {
			pause(200 + this.random.nextInt(800));
			exhaust(100 + this.random.nextInt(900));
		}
		long free = System.nanoTime();
		for (Lane lane : this.lanes) {
			lane.eachVerb(free + Duration.ofSeconds(10).toNanos());
		}
		say("all verbs again after " + Duration.ofNanos(System.nanoTime() - free).toMillis() + " ms, "
				+ this.errors.get() + " errors before");
		this.ended = true;
		for (Thread thread : threads) {
			thread.join(30_000);
			check(!thread.isAlive(), thread.getName() + " does not end");
		}
		for (Lane lane : this.lanes) {
			lane.drain();
		}
		checkThreads();
	}

	/** Takes all of the heap, again and again for so long, and then none of it. */
	private void exhaust(long millis) {
		long end = System.nanoTime() + millis * 1_000_000;
		int count = 0;
		while (System.nanoTime() < end) {
			int size = 256 * 1024;
			while (size >= 64 && count < this.hog.length) {
				try {
					this.hog[count] = new byte[size];
					count++;
				}
				catch (OutOfMemoryError ex) {
					size /= 4;
				}
			}
			pause(5);
		}
		for (int i = 0; i < this.hog.length; i++) {
			this.hog[i] = null;
		}
	}

	private static void pause(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void check(boolean holds, String what) {
		if (!holds) {
			throw new IllegalStateException(what);
		}
	}

	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	private void checkThreads() {
		for (String name : List.of("redis-queue-heartbeat", "redis-queue-timer-")) {
			check(Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> thread.getName().startsWith(name)),
					"no thread " + name);
		}
	}

	private void dumpThreads() {
		Thread.getAllStackTraces().forEach((thread, trace) -> {
			System.out.println(thread);
			for (StackTraceElement element : trace) {
				System.out.println("    " + element);
			}
		});
	}

	/** One thread, and what it has in hand. */
	private final class Worker implements Runnable {

		private final Random choice;

		private List<Delivery<String>> held = List.of();

		private Lane lane = HeapProcess.this.lanes[0];

		Worker(long seed) {
			this.choice = new Random(seed);
		}

		@Override
		public void run() {
			while (!HeapProcess.this.ended || !this.held.isEmpty()) {
				try {
					step();
				}
				catch (Throwable ex) {
					HeapProcess.this.errors.incrementAndGet();
				}
			}
		}

		private void step() throws Exception {
			if (!this.held.isEmpty()) {
				settle();
				return;
			}
			int index = this.choice.nextInt(2);
			this.lane = HeapProcess.this.lanes[index];
			switch (this.choice.nextInt(12)) {
				case 0, 1, 2 -> this.lane.put(null);
				case 3 -> this.lane.putAll(10);
				case 4 -> this.lane.put(PutOptions.create().delay(BRIEF));
				case 5 -> this.lane.queue.peek();
				case 6 -> this.lane.queue.stats();
				case 7 -> {
					if (index == 1) {
						this.lane.get();
					}
				}
				default -> this.held = this.lane.queue.take(1 + this.choice.nextInt(20), BRIEF);
			}
		}

		/** The last one first; it stays until that has succeeded. */
		private void settle() {
			Delivery<String> last = this.held.get(this.held.size() - 1);
			if (!last.isSettled()) {
				this.lane.received(last.payload());
				switch (this.choice.nextInt(8)) {
					case 0 -> last.release();
					case 1 -> last.retry(BRIEF);
					case 2 -> last.bury("by choice");
					default -> last.ack();
				}
			}
			this.held = this.held.subList(0, this.held.size() - 1);
		}

	}

	/** A queue, and what is known of its messages. */
	private static final class Lane {

		private final RedisQueue<String> queue;

		private final AtomicInteger numbers = new AtomicInteger();

		private final BitSet put = new BitSet(MOST);

		private final BitSet received = new BitSet(MOST);

		private final AtomicInteger unknownGets = new AtomicInteger();

		private Delivery<String> kept;

		Lane(RedisQueue<String> queue) {
			this.queue = queue;
		}

		private void note(BitSet bits, int number) {
			synchronized (bits) {
				bits.set(number);
			}
		}

		void received(String payload) {
			note(this.received, Integer.parseInt(payload));
		}

		void put(PutOptions options) {
			int number = this.numbers.getAndIncrement();
			String payload = String.valueOf(number);
			if (options == null) {
				this.queue.put(payload);
			}
			else {
				this.queue.put(payload, options);
			}
			note(this.put, number);
		}

		void putAll(int count) {
			int first = this.numbers.getAndAdd(count);
			List<String> payloads = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				payloads.add(String.valueOf(first + i));
			}
			this.queue.putAll(payloads);
			for (int i = 0; i < count; i++) {
				note(this.put, first + i);
			}
		}

		/** A get that fails may have removed a message: that is what get means. */
		void get() {
			String payload;
			boolean known = false;
			try {
				payload = this.queue.getNowait().orElse(null);
				known = true;
			}
			finally {
				if (!known) {
					this.unknownGets.incrementAndGet();
				}
			}
			if (payload != null) {
				received(payload);
			}
		}

		/** So that every class is there, and a delivery stays in hand from here on. */
		void rehearse() throws Exception {
			put(null);
			this.kept = this.queue.take(LEASE).orElseThrow();
			eachVerb(System.nanoTime() + Duration.ofSeconds(30).toNanos());
		}

		void eachVerb(long deadline) throws Exception {
			attempt("put", deadline, () -> {
				put(null);
				putAll(5);
				put(PutOptions.create().delay(BRIEF));
				return true;
			});
			for (int verb = 0; verb < 4; verb++) {
				int which = verb;
				attempt("take and settle " + verb, deadline, () -> {
					put(null);
					Delivery<String> taken = this.queue.take(Duration.ofSeconds(1)).orElse(null);
					if (taken == null) {
						return false;
					}
					received(taken.payload());
					return switch (which) {
						case 0 -> taken.ack();
						case 1 -> taken.release();
						case 2 -> taken.retry(BRIEF);
						default -> taken.bury("by choice");
					};
				});
			}
			attempt("peek", deadline, () -> {
				this.queue.peek();
				return true;
			});
			attempt("stats", deadline, () -> {
				QueueStats stats = this.queue.stats();
				return stats.lastBeat() != null && stats.lastBeat().compareTo(LEASE.dividedBy(2)) < 0;
			});
			attempt("size", deadline, () -> this.queue.size() >= 0);
		}

		private void attempt(String what, long deadline, Callable<Boolean> verb) {
			Throwable last = null;
			do {
				try {
					if (verb.call()) {
						return;
					}
				}
				catch (Throwable ex) {
					last = ex;
				}
				pause(10);
			}
			while (System.nanoTime() - deadline < 0);
			throw new IllegalStateException(what + " of " + this.queue.name() + " does not work again", last);
		}

		/** All that was put is received, and nothing is on loan any more. */
		void drain() throws Exception {
			check(this.kept.ack(), "the lease of " + this.queue.name() + " was lost");
			received(this.kept.payload());
			long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			AtomicBoolean empty = new AtomicBoolean();
			while (!empty.get()) {
				for (Delivery<String> delivery : this.queue.take(200, BRIEF)) {
					received(delivery.payload());
					delivery.ack();
				}
				System.gc();
				QueueStats stats = this.queue.stats();
				empty.set(stats.ready() + stats.delayed() + stats.taken() == 0);
				check(System.nanoTime() - deadline < 0, "after 30 s " + this.queue.name() + " still has " + stats);
			}
			BitSet lost = (BitSet) this.put.clone();
			lost.andNot(this.received);
			check(lost.cardinality() <= this.unknownGets.get(), "of " + this.put.cardinality() + " messages of "
					+ this.queue.name() + " these were lost: " + lost + ", with " + this.unknownGets + " gets unknown");
			say(this.queue.name() + ": " + this.put.cardinality() + " put, " + lost.cardinality() + " lost by "
					+ this.unknownGets + " gets that failed; " + this.queue.stats());
		}

	}

}
