package dev.redisqueue.benchmarks.cases;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOptions;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.benchmarks.measure.Allocation;
import dev.redisqueue.benchmarks.measure.Case;
import dev.redisqueue.benchmarks.measure.Contender;
import dev.redisqueue.benchmarks.measure.Figure;
import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.measure.Scale;
import dev.redisqueue.benchmarks.measure.ServerInfo;
import dev.redisqueue.benchmarks.peer.Drive;
import dev.redisqueue.benchmarks.peer.LocalPeer;
import dev.redisqueue.benchmarks.peer.Payloads;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
import dev.redisqueue.listener.DeliveryHandler;
import io.lettuce.core.RedisURI;

/**
 * What is compared with this project itself.
 */
public final class OwnCases {

	private static final String QUEUE = "benchmark-own";

	private static final QueueOptions RAW = QueueOptions.defaults().withFormat(MessageFormat.RAW);

	private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

	private final RedisURI redis;

	private final ServerInfo server;

	private final Scale scale;

	/**
	 * Prepares the cases.
	 * @param redis the server
	 * @param server reads what it says about itself
	 * @param scale how large the run is
	 */
	public OwnCases(RedisURI redis, ServerInfo server, Scale scale) {
		this.redis = redis;
		this.server = server;
		this.scale = scale;
	}

	/**
	 * The cases.
	 * @return all of them
	 */
	public List<Case> all() {
		return List.of(payloads("put-10k", "put from 16 threads", Put::new),
				payloads("listen-10k", "take + ack, concurrency 8",
						(queue, payload) -> new Listen(queue, payload, Gauge::rate)),
				formats("format-put", "put from 16 threads", new Put(QUEUE, Payloads.SMALL)),
				formats("format-listen", "take + ack, concurrency 8", listen()), delayed(), backlog(), queues(),
				processes(), allocation(), idle(), memory(),
				persistence("aof-put", "put from 16 threads", new Put(QUEUE, Payloads.SMALL)),
				persistence("aof-listen", "take + ack, concurrency 8", listen()));
	}

	private Case payloads(String id, String what, PayloadWork work) {
		return Case.ofRates(id, what + ", by payload", List.of(ours("200 bytes", work.with(QUEUE, Payloads.SMALL)),
				ours("10 kB", work.with(QUEUE, Payloads.ofBytes(10_000)))));
	}

	private Case formats(String id, String what, Own.Work work) {
		return Case.ofRates(id, what + ", by format",
				List.of(ours("framed", work), new Contender("raw", new Own(opener(RAW), work))));
	}

	private Case delayed() {
		int delayed = this.scale.of(100_000);
		return Case.ofRates("delayed", "take + ack, concurrency 8, others delayed",
				List.of(ours("none", listen()), ours(number(delayed), new Delayed(delayed))));
	}

	private Case backlog() {
		int large = this.scale.of(1_000_000);
		int small = large / 100;
		return Case.ofRates("backlog", "take + ack, concurrency 8, with a backlog that stays",
				List.of(ours(number(small), new Backlog(small)), ours(number(large), new Backlog(large))));
	}

	private Case queues() {
		return new Case("queues", "take + ack, by queues", List.of(Figure.RATE), this.scale.of(400_000),
				List.of(ours("1 queue, a listener of concurrency 8", listen()),
						ours("100 queues, one listener of concurrency 8", new ManyQueues(100, true)),
						ours("100 queues, 100 listeners", new ManyQueues(100, false))));
	}

	private Case processes() {
		return new Case("processes", "take + ack by other JVMs, concurrency 8, handlers of 5 ms", List.of(Figure.RATE),
				this.scale.of(5000), List.of(ours("1 JVM", new ConsumerProcesses(this.redis, 1)),
						ours("4 JVMs", new ConsumerProcesses(this.redis, 4))));
	}

	private Case allocation() {
		Own.Work unread = (ours, operations) -> {
			new Drive(ours, Payloads.SMALL).fill(QUEUE, operations);
			Drive.Counted counted = new Drive.Counted(operations, rateAndAllocation());
			LocalPeer.Listening listening = RedisQueuePeer.listen(List.of(ours.queue(QUEUE)), Listen.CONCURRENCY,
					DeliveryHandler.each((delivery) -> counted.accept("-")));
			try {
				return counted.await("The listener");
			}
			finally {
				listening.stop();
			}
		};
		return new Case("allocation", "allocation of this JVM for take + ack, concurrency 8",
				List.of(Figure.RATE, new Figure("allocated", "bytes/message")), Case.TIMED,
				List.of(ours("payload not read", unread),
						ours("payload read as text", new Listen(QUEUE, Payloads.SMALL, OwnCases::rateAndAllocation))));
	}

	private static Gauge rateAndAllocation() {
		return Gauge.all(Gauge.rate(), new Allocation());
	}

	private Case idle() {
		return new Case("idle", "idle listener, lease of 30 s", Idle.FIGURES, 1,
				List.of(ours("RedisQueue", new Idle(this.server, this.scale.of(Duration.ofSeconds(20))))));
	}

	private Case memory() {
		Own.Work plain = new Memory(QUEUE, this.server, PutOptions.create());
		Own.Work traced = new Memory(QUEUE, this.server, PutOptions.create().header("traceparent", TRACEPARENT));
		return new Case("memory", "memory of Redis for a message", Memory.FIGURES, this.scale.of(20_000),
				List.of(ours("framed", plain), new Contender("raw", new Own(opener(RAW), plain)),
						ours("framed, with a traceparent header", traced)));
	}

	private static Case persistence(String id, String what, Own.Work work) {
		return Case.ofRates(id, what + ", by persistence", List.of(new Contender("none", new Durable(work)),
				new Contender("AOF, everysec", new Durable(work, "--appendonly", "yes", "--appendfsync", "everysec")),
				new Contender("AOF, always", new Durable(work, "--appendonly", "yes", "--appendfsync", "always"))));
	}

	private static Own.Work listen() {
		return new Listen(QUEUE, Payloads.SMALL, Gauge::rate);
	}

	private Contender ours(String subject, Own.Work work) {
		return new Contender(subject, new Own(opener(QueueOptions.defaults()), work));
	}

	private Supplier<RedisQueuePeer> opener(QueueOptions options) {
		return () -> new RedisQueuePeer(this.redis, options);
	}

	private static String number(int value) {
		return String.format(Locale.ROOT, "%,d", value);
	}

	/**
	 * Work with a payload.
	 */
	@FunctionalInterface
	private interface PayloadWork {

		Own.Work with(String queue, String payload);

	}

}
