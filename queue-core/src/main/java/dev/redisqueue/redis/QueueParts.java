package dev.redisqueue.redis;

import java.util.List;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.redis.frame.MessageIds;
import dev.redisqueue.redis.lease.HoldWatch;
import dev.redisqueue.redis.lease.QueueConsumer;
import dev.redisqueue.redis.lease.Recoverer;
import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.Failures;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.ServerClock;
import dev.redisqueue.redis.link.Workers;
import dev.redisqueue.redis.put.CombinedPuts;
import dev.redisqueue.redis.store.Keys;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LetterStore;
import dev.redisqueue.redis.store.QueueStore;
import dev.redisqueue.redis.take.ArrivalWait;
import dev.redisqueue.redis.upkeep.DueTimer;
import dev.redisqueue.redis.upkeep.OrphanScan;
import dev.redisqueue.redis.upkeep.QueueUpkeep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one queue in this process, whatever the type of its payload, and how they
 * hang together.
 */
public final class QueueParts implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(QueueParts.class);

	private final String name;

	private final QueueOptions options;

	private final RedisLink link;

	private final MessageIds ids;

	private final QueueStore store;

	private final CombinedPuts combinedPuts;

	private final LeaseStore leases;

	private final LetterStore letters;

	private final QueueConsumer consumer;

	private final Recoverer recoverer;

	private final ArrivalWait arrivals;

	private final DueTimer dueTimer;

	private final QueueUpkeep ticker;

	private final Failures failures;

	private volatile boolean closed;

	QueueParts(String name, QueueOptions options, RedisLink link, MessageIds ids, Workers workers,
			OrphanScan orphanScan) {
		Keys keys = new Keys(options.namespace(), name);
		this.name = name;
		this.options = options;
		this.link = link;
		this.ids = ids;
		this.failures = new Failures(name, options.namespace());
		this.store = new QueueStore(link, keys, options.format(), options.maxReceivedBytes());
		this.combinedPuts = new CombinedPuts(link, this.store);
		this.leases = new LeaseStore(link, keys, options.maxReceivedBytes());
		this.letters = new LetterStore(link, keys);
		this.recoverer = new Recoverer(name, this.leases, options.format(), options.lease(), options.maxAttempts());
		this.arrivals = new ArrivalWait(link, keys, options.lease(), () -> workers.execute(this::giveBackArrived));
		this.dueTimer = new DueTimer(name, this.store, link.clock(), workers, this.arrivals::signal);
		HoldWatch holdWatch = new HoldWatch(name, options.holdWarning(), workers);
		this.consumer = new QueueConsumer(name, this.leases, options.lease(), ids, workers, holdWatch,
				new QueueConsumer.Listener() {

					@Override
					public void registered() {
						orphanScan.request(keys.takenPrefix(), QueueParts.this::adopt);
					}

					@Override
					public void lost(String id) {
						ticker().recoverOwn(id);
					}

					@Override
					public void giveBack(String id, List<Long> tags) {
						recoverer().giveBack(id, tags);
					}

				});
		this.ticker = new QueueUpkeep(this, workers);
	}

	private void adopt(String id) {
		if (!this.closed && !this.consumer.isCurrent(id)) {
			this.recoverer.adopt(id);
		}
	}

	private void giveBackArrived() {
		try {
			this.ticker.tick();
		}
		catch (CallFailedException ex) {
			// The next tick of anyone does it.
		}
	}

	/** Every verb of the queue passes here. */
	public void use() {
		if (this.closed) {
			throw new IllegalStateException("The queue " + this.name + " is closed");
		}
		this.ticker.open();
	}

	public String name() {
		return this.name;
	}

	public QueueOptions options() {
		return this.options;
	}

	public ServerClock knownClock() {
		return this.link.knownClock();
	}

	public MessageIds ids() {
		return this.ids;
	}

	public RedisLink link() {
		return this.link;
	}

	public QueueStore store() {
		return this.store;
	}

	public CombinedPuts combinedPuts() {
		return this.combinedPuts;
	}

	public LeaseStore leases() {
		return this.leases;
	}

	public LetterStore letters() {
		return this.letters;
	}

	public QueueConsumer consumer() {
		return this.consumer;
	}

	public Recoverer recoverer() {
		return this.recoverer;
	}

	public ArrivalWait arrivals() {
		return this.arrivals;
	}

	public DueTimer dueTimer() {
		return this.dueTimer;
	}

	public QueueUpkeep ticker() {
		return this.ticker;
	}

	public Failures failures() {
		return this.failures;
	}

	/** Gives back what is taken; the attempt counts. */
	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.ticker.close();
		this.arrivals.close();
		this.consumer.end().forEach(this::recoverOwn);
	}

	private void recoverOwn(String id) {
		try {
			this.recoverer.recoverOwn(id);
		}
		catch (CallFailedException ex) {
			// Redis is away: other consumers get the messages when the lease has run out.
		}
		catch (RuntimeException ex) {
			logger.warn("Queue {}: what consumer {} had could not be given back; other consumers get it when its "
					+ "lease has run out", this.name, id, ex);
		}
	}

}
