package dev.redisqueue.sample;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;
import org.slf4j.LoggerFactory;

/**
 * Takes from a queue and hands each delivery to a handler, until interrupted.
 */
record Taker<T>(RedisQueue<T> queue, Consumer<Delivery<T>> handler) implements Runnable {

	@Override
	public void run() {
		while (!Thread.currentThread().isInterrupted()) {
			try {
				this.queue.take(Duration.ofSeconds(2)).ifPresent(this::handle);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (RuntimeException ex) {
				LoggerFactory.getLogger(getClass()).warn("{}: going on in a second", this.queue.name(), ex);
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
			}
		}
	}

	private void handle(Delivery<T> taken) {
		try (Delivery<T> delivery = taken) { // tried again if the handler throws
			this.handler.accept(delivery);
		}
	}

}
