package dev.redisqueue.benchmarks.peer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.redisqueue.benchmarks.measure.Gauge;
import org.jspecify.annotations.Nullable;

/**
 * Drives a local peer through a round. Preparing and cleaning up are not measured; nor is
 * the first tenth of what a listener hands out, in which it starts.
 */
public final class Drive {

	/** How many messages a bulk put has. */
	public static final int BATCH = 100;

	private static final int PRODUCERS = 16;

	private static final int FILL = 1000;

	private static final long PATIENCE = 180;

	/** After this the listener waits again. */
	private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(2);

	private final LocalPeer peer;

	private final String payload;

	/**
	 * Creates a driver.
	 * @param peer the peer
	 * @param payload what is put
	 */
	public Drive(LocalPeer peer, String payload) {
		this.peer = peer;
		this.payload = payload;
	}

	double[] measure(Verb verb, int parallel, int operations, Supplier<Gauge> gauge) throws Exception {
		String queue = "benchmark-" + this.peer.id() + "-" + verb.name().toLowerCase(Locale.ROOT);
		try {
			return switch (verb) {
				case PUT -> put(queue, parallel, operations, gauge.get());
				case PUT_ALL -> putAll(queue, operations, gauge.get());
				case GET -> get(queue, operations, gauge.get());
				case LISTEN -> listen(queue, parallel, operations, gauge.get());
				case PUT_AND_LISTEN -> putAndListen(queue, parallel, operations, gauge.get());
				case LATENCY -> latency(queue, operations);
			};
		}
		finally {
			this.peer.clear(queue);
		}
	}

	/**
	 * Puts, one message a call.
	 * @param queue the name of the queue
	 * @param threads from how many threads
	 * @param operations how many messages
	 * @param gauge what reads
	 * @return the figures
	 * @throws Exception if it cannot be done
	 */
	public double[] put(String queue, int threads, int operations, Gauge gauge) throws Exception {
		Consumer<String> putter = this.peer.putter(queue);
		int each = Math.max(1, operations / threads);
		inParallel(threads, gauge::begin, () -> {
			for (int i = 0; i < each; i++) {
				putter.accept(this.payload);
			}
		});
		return gauge.end(each * threads);
	}

	private double[] putAll(String queue, int operations, Gauge gauge) {
		Consumer<List<String>> putter = this.peer.bulkPutter(queue);
		List<String> payloads = Collections.nCopies(BATCH, this.payload);
		int calls = Math.max(1, operations / BATCH);
		gauge.begin();
		for (int i = 0; i < calls; i++) {
			putter.accept(payloads);
		}
		return gauge.end(calls * BATCH);
	}

	private double[] get(String queue, int operations, Gauge gauge) {
		fill(queue, operations);
		Supplier<@Nullable String> getter = this.peer.getter(queue);
		gauge.begin();
		for (int i = 0; i < operations; i++) {
			if (getter.get() == null) {
				throw new IllegalStateException(this.peer.title() + " lost a message");
			}
		}
		return gauge.end(operations);
	}

	/**
	 * Fills the queue and hands out what is in it.
	 * @param queue the name of the queue
	 * @param concurrency how many at the same time
	 * @param operations how many messages
	 * @param gauge what reads
	 * @return the figures
	 * @throws InterruptedException if the thread is interrupted
	 */
	public double[] listen(String queue, int concurrency, int operations, Gauge gauge) throws InterruptedException {
		fill(queue, operations);
		Counted counted = new Counted(operations, gauge);
		LocalPeer.Listening listening = this.peer.listen(queue, concurrency, counted);
		try {
			return counted.await(this.peer.title());
		}
		finally {
			listening.stop();
		}
	}

	private double[] putAndListen(String queue, int concurrency, int operations, Gauge gauge) throws Exception {
		Consumer<String> putter = this.peer.putter(queue);
		int each = Math.max(1, operations / PRODUCERS);
		Counted counted = new Counted(each * PRODUCERS, gauge);
		LocalPeer.Listening listening = this.peer.listen(queue, concurrency, counted);
		try {
			inParallel(PRODUCERS, () -> {
			}, () -> {
				for (int i = 0; i < each; i++) {
					putter.accept(this.payload);
				}
			});
			return counted.await(this.peer.title());
		}
		finally {
			listening.stop();
		}
	}

	private double[] latency(String queue, int operations) throws InterruptedException {
		Consumer<String> putter = this.peer.putter(queue);
		long[] times = new long[operations];
		AtomicInteger next = new AtomicInteger(-1);
		Semaphore handled = new Semaphore(0);
		LocalPeer.Listening listening = this.peer.listen(queue, 1, (payload) -> {
			long now = System.nanoTime();
			int index = next.get();
			if (!payload.isEmpty() && index >= 0) {
				times[index] = now - times[index];
				handled.release();
			}
		});
		try {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200)); // It starts.
			for (int i = 0; i < operations; i++) {
				LockSupport.parkNanos(IDLE);
				times[i] = System.nanoTime();
				next.set(i);
				putter.accept(this.payload);
				if (!handled.tryAcquire(PATIENCE, TimeUnit.SECONDS)) {
					throw new IllegalStateException(this.peer.title() + " lost a message");
				}
			}
		}
		finally {
			listening.stop();
		}
		Arrays.sort(times);
		return new double[] { percentile(times, 0.5), percentile(times, 0.99), percentile(times, 0.999) };
	}

	/**
	 * Fills the queue.
	 * @param queue the name of the queue
	 * @param messages how many messages
	 */
	public void fill(String queue, int messages) {
		Consumer<List<String>> putter = this.peer.bulkPutter(queue);
		for (int left = messages; left > 0; left -= FILL) {
			putter.accept(Collections.nCopies(Math.min(FILL, left), this.payload));
		}
	}

	/** Microseconds. */
	private static double percentile(long[] sorted, double share) {
		return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e3;
	}

	private static void inParallel(int threads, Runnable begin, Runnable work) throws Exception {
		CyclicBarrier start = new CyclicBarrier(threads, begin);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<? extends Future<?>> running = IntStream.range(0, threads).mapToObj((i) -> executor.submit(() -> {
				start.await();
				work.run();
				return null;
			})).toList();
			for (Future<?> one : running) {
				one.get(PATIENCE, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Counts what is handed out, and reads the gauge from the end of the first tenth.
	 */
	public static final class Counted implements Consumer<String> {

		private final AtomicInteger count = new AtomicInteger();

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch done = new CountDownLatch(1);

		private final int begin;

		private final int end;

		private final Gauge gauge;

		private final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);

		private double[] figures = {};

		/**
		 * Creates a counter.
		 * @param operations how many messages there are
		 * @param gauge what reads
		 */
		public Counted(int operations, Gauge gauge) {
			this.begin = Math.max(1, operations / 10);
			this.end = operations;
			this.gauge = gauge;
		}

		@Override
		public void accept(String payload) {
			if (payload.isEmpty()) {
				return;
			}
			int number = this.count.incrementAndGet();
			if (number == this.begin) {
				this.gauge.begin();
				this.begun.countDown();
			}
			else if (number == this.end) {
				awaitBegin();
				this.figures = this.gauge.end(this.end - this.begin);
				this.done.countDown();
			}
		}

		/** Other threads may be ahead of the one that reads the gauge. */
		private void awaitBegin() {
			try {
				this.begun.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		/**
		 * Whether there is nothing more to wait for.
		 * @return whether all were handed out, or it took too long
		 */
		public boolean isDone() {
			return this.done.getCount() == 0 || System.nanoTime() > this.deadline;
		}

		/**
		 * Waits until all were handed out.
		 * @param whose names it if it takes too long
		 * @return the figures
		 * @throws InterruptedException if the thread is interrupted
		 */
		public double[] await(String whose) throws InterruptedException {
			if (!this.done.await(this.deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
				throw new IllegalStateException(
						whose + " handed out " + this.count + " of " + this.end + " messages in " + PATIENCE + " s");
			}
			return this.figures;
		}

	}

}
