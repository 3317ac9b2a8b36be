package dev.redisqueue.redis;

import java.util.List;

import dev.redisqueue.QueueOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one queue in this process, whatever the type of its payload, and how they
 * hang together.
 */
final class QueueEngine implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(QueueEngine.class);

	private final String name;

	private final QueueOptions options;

	private final RedisLink link;

	private final MessageIds ids;

	private final QueueStore store;

	private final CombinedPuts combinedPuts;

	private final LeaseStore leases;

	private final LetterStore letters;

	private final Consumer consumer;

	private final Recoverer recoverer;

	private final Arrivals arrivals;

	private final DueTimer dueTimer;

	private final Ticker ticker;

	private final Failures failures;

	private volatile boolean closed;

	QueueEngine(String name, QueueOptions options, RedisLink link, MessageIds ids, Workers workers,
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
		this.arrivals = new Arrivals(link, keys, options.lease(), () -> workers.execute(this::giveBackArrived));
		this.dueTimer = new DueTimer(name, this.store, link.clock(), workers, this.arrivals::signal);
		HoldWatch holdWatch = new HoldWatch(name, options.holdWarning(), workers);
		this.consumer = new Consumer(name, this.leases, options.lease(), ids, workers, holdWatch,
				new Consumer.Listener() {

					@Override
					public void registered() {
						orphanScan.request(keys.takenPrefix(), QueueEngine.this::adopt);
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
		this.ticker = new Ticker(this, workers);
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
	void use() {
		if (this.closed) {
			throw new IllegalStateException("The queue " + this.name + " is closed");
		}
		this.ticker.open();
	}

	String name() {
		return this.name;
	}

	QueueOptions options() {
		return this.options;
	}

	ServerClock knownClock() {
		return this.link.knownClock();
	}

	MessageIds ids() {
		return this.ids;
	}

	RedisLink link() {
		return this.link;
	}

	QueueStore store() {
		return this.store;
	}

	CombinedPuts combinedPuts() {
		return this.combinedPuts;
	}

	LeaseStore leases() {
		return this.leases;
	}

	LetterStore letters() {
		return this.letters;
	}

	Consumer consumer() {
		return this.consumer;
	}

	Recoverer recoverer() {
		return this.recoverer;
	}

	Arrivals arrivals() {
		return this.arrivals;
	}

	DueTimer dueTimer() {
		return this.dueTimer;
	}

	Ticker ticker() {
		return this.ticker;
	}

	Failures failures() {
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
