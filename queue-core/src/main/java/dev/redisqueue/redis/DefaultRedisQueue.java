package dev.redisqueue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.redisqueue.DeadLetters;
import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.lease.Loan;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.put.Producer;
import dev.redisqueue.redis.take.DefaultDelivery;
import dev.redisqueue.redis.take.DirectGet;
import dev.redisqueue.redis.take.Taker;

/**
 * The queue on Redis: each verb of the API goes to the part that does it.
 *
 * @param <T> the type of the payload
 */
final class DefaultRedisQueue<T> implements RedisQueue<T> {

	private final QueueParts engine;

	private final Failures failures;

	private final Producer<T> producer;

	private final DirectGet<T> getter;

	private final Taker<T> taker;

	private final DeadLetters<T> deadLetters;

	DefaultRedisQueue(QueueParts engine, PayloadCodec<T> codec) {
		Payloads<T> payloads = new Payloads<>(engine.name(), codec, engine.options());
		this.engine = engine;
		this.failures = engine.failures();
		this.producer = new Producer<>(engine, payloads);
		this.getter = new DirectGet<>(engine, payloads);
		this.taker = new Taker<>(engine, payloads);
		this.deadLetters = new DefaultDeadLetters<>(engine, payloads);
	}

	@Override
	public String name() {
		return this.engine.name();
	}

	@Override
	public void put(T payload) {
		this.producer.put(payload);
	}

	@Override
	public boolean put(T payload, PutOptions options) {
		return this.producer.put(payload, options);
	}

	@Override
	public void putAll(Collection<? extends T> payloads) {
		this.producer.putAll(payloads);
	}

	@Override
	public T get() throws InterruptedException {
		while (true) {
			Optional<T> payload = get(Duration.ofDays(1));
			if (payload.isPresent()) {
				return payload.get();
			}
		}
	}

	@Override
	public Optional<T> get(Duration timeout) throws InterruptedException {
		long nanos = nanos(timeout);
		long start = System.nanoTime();
		while (true) {
			Optional<T> payload = getNowait();
			long left = nanos - (System.nanoTime() - start);
			if (payload.isPresent() || left <= 0) {
				return payload;
			}
			this.engine.arrivals().await(left);
		}
	}

	@Override
	public Optional<T> getNowait() {
		this.engine.use();
		return this.getter.get();
	}

	@Override
	public Optional<T> peek() {
		this.engine.use();
		return this.getter.peek();
	}

	@Override
	public Optional<Delivery<T>> take(Duration timeout) throws InterruptedException {
		return take(1, timeout).stream().findFirst();
	}

	@Override
	public List<Delivery<T>> take(int max, Duration timeout) throws InterruptedException {
		if (max < 1 || max > 1000) {
			throw new IllegalArgumentException("The most to take is " + max + "; it must be 1 to 1000");
		}
		return this.taker.take(max, nanos(timeout));
	}

	private static long nanos(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException(
					"The timeout is " + timeout + "; it must not be negative (zero does not wait)");
		}
		// Some 146 years: more would overflow.
		return (timeout.getSeconds() < Long.MAX_VALUE / 2_000_000_000) ? timeout.toNanos() : Long.MAX_VALUE / 2;
	}

	@Override
	public int ackAll(Collection<? extends Delivery<T>> deliveries) {
		List<Loan> loans = new ArrayList<>(deliveries.size());
		for (Delivery<T> delivery : deliveries) {
			if (!(delivery instanceof DefaultDelivery<?> own) || !own.isOf(this.engine)) {
				throw new IllegalArgumentException("Delivery " + delivery.id() + " is not of queue " + name());
			}
			loans.add(own.loan());
		}
		return call("acknowledge deliveries", () -> this.engine.consumer().ackAll(loans));
	}

	@Override
	public long size() {
		return call("count its messages", this.engine.store()::size);
	}

	@Override
	public boolean isEmpty() {
		return size() == 0;
	}

	@Override
	public long clear() {
		return call("clear it", this.engine.store()::clear);
	}

	@Override
	public QueueStats stats() {
		return call("read its figures", () -> StatsReader.read(this.engine, this.taker.lastPoll()));
	}

	@Override
	public DeadLetters<T> deadLetters() {
		return this.deadLetters;
	}

	@Override
	public void pause() {
		call("pause it", () -> {
			this.engine.store().pause();
			return true;
		});
	}

	@Override
	public void resume() {
		call("resume it", () -> {
			this.engine.store().resume();
			return true;
		});
		this.engine.arrivals().signal();
	}

	@Override
	public boolean isPaused() {
		return call("ask whether it is paused", this.engine.store()::isPaused);
	}

	private <R> R call(String doing, Supplier<R> call) {
		this.engine.use();
		try {
			return call.get();
		}
		catch (CallFailedException ex) {
			throw this.failures.call(doing, null, ex);
		}
	}

	@Override
	public String toString() {
		return "RedisQueue[" + this.engine.options().namespace() + ":" + name() + "]";
	}

}
