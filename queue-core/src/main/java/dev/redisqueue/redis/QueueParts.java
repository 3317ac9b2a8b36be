package dev.redisqueue.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.redis.frame.HandOutRule;
import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.frame.Payloads;
import dev.redisqueue.redis.lease.Borrower;
import dev.redisqueue.redis.lease.BulkAck;
import dev.redisqueue.redis.lease.DropWatch;
import dev.redisqueue.redis.lease.Heartbeat;
import dev.redisqueue.redis.lease.HeldCheck;
import dev.redisqueue.redis.lease.HoldWatch;
import dev.redisqueue.redis.lease.LeaseLoss;
import dev.redisqueue.redis.lease.QueueConsumer;
import dev.redisqueue.redis.lease.Recoverer;
import dev.redisqueue.redis.lease.Registration;
import dev.redisqueue.redis.lease.Settlement;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.link.QueueSpec;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.WaitSignal;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.put.CombinedPuts;
import dev.redisqueue.redis.put.Producer;
import dev.redisqueue.redis.put.Sender;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LetterStore;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.take.ArrivalWait;
import dev.redisqueue.redis.take.Deliveries;
import dev.redisqueue.redis.take.DeliveryAcks;
import dev.redisqueue.redis.take.DirectGet;
import dev.redisqueue.redis.take.GetLoop;
import dev.redisqueue.redis.take.GetRefusals;
import dev.redisqueue.redis.take.HeadPeek;
import dev.redisqueue.redis.take.TakeLoop;
import dev.redisqueue.redis.take.TakeOrder;
import dev.redisqueue.redis.upkeep.ContactGap;
import dev.redisqueue.redis.upkeep.DeadConsumers;
import dev.redisqueue.redis.upkeep.DueTimer;
import dev.redisqueue.redis.upkeep.LetterTrimmer;
import dev.redisqueue.redis.upkeep.OrphanScan;
import dev.redisqueue.redis.upkeep.QueueLife;
import dev.redisqueue.redis.upkeep.QueueTick;
import dev.redisqueue.redis.upkeep.QueueUpkeep;

/**
 * The parts list of one queue in this process: builds each part once, from the bottom up,
 * with what it uses, and ends them so that nothing begins any more before what is held
 * goes back. Nobody asks it for a part.
 *
 * @param <T> the type of the payload
 */
final class QueueParts<T> implements AutoCloseable {

	private final RedisQueue<T> queue;

	private final QueueLife life;

	private final DueTimer dueTimer;

	private final DeadConsumers dead;

	private final QueueTick tick;

	private final Runnable forgetOrphans;

	private final AtomicBoolean closed = new AtomicBoolean();

	private final ArrivalWait arrivals;

	private final QueueConsumer consumer;

	/**
	 * Builds a queue.
	 * @param spec the queue
	 * @param codec turns payloads into bytes and back
	 * @param redis where it is
	 * @param ids names messages and consumers
	 * @param workers the threads
	 */
	QueueParts(QueueSpec spec, PayloadCodec<T> codec, Connected redis, MessageIds ids, Workers workers) {
		RedisLink link = redis.link();
		OrphanScan orphanScan = redis.orphanScan();
		String name = spec.name();
		QueueOptions options = spec.options();
		Failures failures = new Failures(spec);
		WaitSignal signal = new WaitSignal();

		Payloads<T> payloads = new Payloads<>(spec, codec);
		HandOutRule rule = new HandOutRule(spec, link);

		Keys keys = new Keys(options.namespace(), name);
		QueueStore store = new QueueStore(link, keys, spec, rule.longestLoaded());
		LeaseStore leases = new LeaseStore(link, keys, options.lease(), rule.longestLoaded());
		LetterStore letters = new LetterStore(link, keys);

		this.dueTimer = new DueTimer(name, store, link.clock(), workers, signal::signal);
		Recoverer recoverer = new Recoverer(spec, leases, rule);
		Consumer<String> orphaned = this::orphaned;
		Registration registration = new Registration(name, leases, ids, () -> {
			registered();
			orphanScan.request(keys.takenPrefix(), orphaned);
		});
		this.forgetOrphans = () -> orphanScan.forget(keys.takenPrefix(), orphaned);
		LeaseLoss loss = new LeaseLoss(name, registration, recoverer, workers);
		Settlement settlement = new Settlement(spec, leases, loss, link, this.dueTimer::due);
		Borrower borrower = new Borrower(leases, registration, loss, recoverer);
		DropWatch drops = new DropWatch(options.lease());
		HoldWatch holdWatch = new HoldWatch(spec, drops, settlement, workers);
		HeldCheck heldCheck = new HeldCheck(name, leases, recoverer, workers);
		Heartbeat heartbeat = new Heartbeat(spec, leases, registration, loss, heldCheck, redis.heartbeats());
		this.consumer = new QueueConsumer(spec, registration, heartbeat, loss, recoverer, holdWatch);

		ContactGap contact = new ContactGap(options.lease());
		this.dead = new DeadConsumers(name, store, this.consumer, recoverer, contact, workers);
		this.tick = new QueueTick(store, contact, this.dueTimer, this.dead);
		QueueUpkeep upkeep = new QueueUpkeep(spec, this.consumer, this.tick, new LetterTrimmer(spec, letters), workers);
		this.life = new QueueLife(spec, contact, upkeep, signal, link);

		this.arrivals = new ArrivalWait(link, keys, options.lease(), signal,
				() -> workers.execute(this.tick::tickIfPossible));
		Deliveries<T> deliveries = new Deliveries<>(spec, rule, settlement, payloads, failures, drops);
		TakeOrder order = new TakeOrder(spec.isRaw(), link, borrower, this.dueTimer, this.dead);
		TakeLoop<T> takes = new TakeLoop<>(this.life, order, borrower, deliveries, this.arrivals, failures);
		GetRefusals refusals = new GetRefusals(spec, store, letters, ids);
		DirectGet<T> direct = new DirectGet<>(link, store, rule, payloads, refusals, this.dueTimer);
		GetLoop<T> gets = new GetLoop<>(this.life, direct, this.arrivals, failures);

		Sender sender = new Sender(this.life, store, new CombinedPuts(link, store), this.dueTimer, failures);
		Producer<T> producer = new Producer<>(spec, payloads, sender, ids, link, failures);

		StatsReader stats = new StatsReader(store, leases, letters, link, order, upkeep);
		HeadPeek<T> peek = new HeadPeek<>(name, store, rule, payloads);
		DefaultDeadLetters<T> deadLetters = new DefaultDeadLetters<>(this.life, letters, payloads, failures);
		QueueControl<T> control = new QueueControl<>(this.life, store, peek, stats, deadLetters, failures);
		DeliveryAcks<T> acks = new DeliveryAcks<>(deliveries, new BulkAck(leases, settlement, loss), failures);
		this.queue = new DefaultRedisQueue<>(this.life, producer, gets, takes, acks, control);
	}

	private void registered() {
		this.consumer.begin();
	}

	private void orphaned(String consumer) {
		this.dead.orphaned(consumer);
	}

	RedisQueue<T> queue() {
		return this.queue;
	}

	/** From now on its verbs throw. Does not block. */
	void end() {
		this.life.end();
	}

	/**
	 * Gives back what a wait has moved, and before it what is taken, which is older; the
	 * attempt counts.
	 */
	@Override
	public void close() {
		this.life.end();
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		this.dead.close();
		this.dueTimer.close();
		this.arrivals.close();
		try {
			if (this.life.wasUsed()) {
				this.tick.tickIfPossible();
			}
		}
		finally {
			this.consumer.end();
			// Whoever registered at this moment has asked for a scan since.
			this.forgetOrphans.run();
		}
	}

}
