package dev.redisqueue.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.redisqueue.DeadLetters;
import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.put.Producer;
import dev.redisqueue.redis.take.DeliveryAcks;
import dev.redisqueue.redis.take.GetLoop;
import dev.redisqueue.redis.take.TakeLoop;
import dev.redisqueue.redis.upkeep.QueueLife;

/**
 * The queue on Redis: each verb of the API goes to the part that does it.
 *
 * @param <T> the type of the payload
 */
final class DefaultRedisQueue<T> implements RedisQueue<T> {

	private final QueueLife life;

	private final Producer<T> producer;

	private final GetLoop<T> gets;

	private final TakeLoop<T> takes;

	private final DeliveryAcks<T> acks;

	private final QueueControl<T> control;

	DefaultRedisQueue(QueueLife life, Producer<T> producer, GetLoop<T> gets, TakeLoop<T> takes, DeliveryAcks<T> acks,
			QueueControl<T> control) {
		this.life = life;
		this.producer = producer;
		this.gets = gets;
		this.takes = takes;
		this.acks = acks;
		this.control = control;
	}

	boolean isClosed() {
		return this.life.isEnded();
	}

	@Override
	public String name() {
		return this.life.spec().name();
	}

	@Override
	public void put(T payload) {
		this.life.use();
		this.producer.put(payload);
	}

	@Override
	public boolean put(T payload, PutOptions options) {
		this.life.use();
		return this.producer.put(payload, options);
	}

	@Override
	public void putAll(Collection<? extends T> payloads) {
		this.life.use();
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
		return this.gets.get(nanos(timeout));
	}

	@Override
	public Optional<T> getNowait() {
		return this.gets.getNowait();
	}

	@Override
	public Optional<T> peek() {
		return this.control.peek();
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
		return this.takes.take(max, nanos(timeout));
	}

	@Override
	public void awaitReady(Duration timeout) throws InterruptedException {
		this.takes.awaitReady(nanos(timeout));
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
		this.life.use();
		return this.acks.ackAll(deliveries);
	}

	@Override
	public long size() {
		return this.control.size();
	}

	@Override
	public boolean isEmpty() {
		return size() == 0;
	}

	@Override
	public long clear() {
		return this.control.clear();
	}

	@Override
	public QueueStats stats() {
		return this.control.stats();
	}

	@Override
	public DeadLetters<T> deadLetters() {
		return this.control.deadLetters();
	}

	@Override
	public void pause() {
		this.control.pause();
	}

	@Override
	public void resume() {
		this.control.resume();
	}

	@Override
	public boolean isPaused() {
		return this.control.isPaused();
	}

	@Override
	public String toString() {
		return "RedisQueue[" + this.life.spec().options().namespace() + ":" + name() + "]";
	}

}
