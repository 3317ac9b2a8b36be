package dev.redisqueue.benchmarks.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.redisqueue.benchmarks.measure.Case;
import dev.redisqueue.benchmarks.measure.Contender;
import dev.redisqueue.benchmarks.measure.Figure;
import dev.redisqueue.benchmarks.measure.Gauge;
import dev.redisqueue.benchmarks.measure.ProcessorTime;
import dev.redisqueue.benchmarks.measure.Scale;
import dev.redisqueue.benchmarks.measure.ServerCost;
import dev.redisqueue.benchmarks.measure.ServerInfo;
import dev.redisqueue.benchmarks.peer.Peer;
import dev.redisqueue.benchmarks.peer.Verb;

/**
 * What is compared with the peers.
 */
public final class PeerCases {

	private static final List<Figure> PERCENTILES = List.of(new Figure("p50", "µs"), new Figure("p99", "µs"),
			new Figure("p99.9", "µs"));

	private final List<Peer> peers;

	private final ServerInfo server;

	private final Scale scale;

	/**
	 * Prepares the cases.
	 * @param peers who takes part, ours first
	 * @param server the server that they use
	 * @param scale how large the run is
	 */
	public PeerCases(List<Peer> peers, ServerInfo server, Scale scale) {
		this.peers = peers;
		this.server = server;
		this.scale = scale;
	}

	/**
	 * The cases.
	 * @return all of them
	 */
	public List<Case> all() {
		List<Case> cases = new ArrayList<>();
		IntStream.of(1, 4, 16, 64)
			.mapToObj((threads) -> Case.ofRates("put-" + threads, "put, threads: " + threads,
					contenders(Verb.PUT, threads)))
			.forEach(cases::add);
		cases.add(Case.ofRates("put-all", "putAll of 100, threads: 1", contenders(Verb.PUT_ALL, 1)));
		cases.add(Case.ofRates("get", "get, threads: 1", contenders(Verb.GET, 1)));
		IntStream.of(1, 8, 32)
			.mapToObj((concurrency) -> Case.ofRates("listen-" + concurrency,
					"take + ack by a listener, concurrency: " + concurrency, contenders(Verb.LISTEN, concurrency)))
			.forEach(cases::add);
		cases.add(Case.ofRates("put-and-listen", "put from 16 threads and a listener of concurrency 8",
				contenders(Verb.PUT_AND_LISTEN, 8)));
		cases.add(new Case("latency", "idle latency, put to handler", PERCENTILES, this.scale.of(1000),
				contenders(Verb.LATENCY, 1)));
		cases.add(cost("cost-put-16", "cost of a put from 16 threads", Verb.PUT, 16));
		cases.add(cost("cost-listen-8", "cost of take + ack by a listener of concurrency 8", Verb.LISTEN, 8));
		return cases;
	}

	private Case cost(String id, String name, Verb verb, int parallel) {
		List<Figure> figures = new ArrayList<>(List.of(Figure.RATE));
		figures.add(ProcessorTime.FIGURE);
		figures.addAll(ServerCost.FIGURES);
		return new Case(id, name, figures, Case.TIMED, contenders(verb, parallel,
				() -> Gauge.all(Gauge.rate(), new ProcessorTime(), new ServerCost(this.server))));
	}

	private List<Contender> contenders(Verb verb, int parallel) {
		return contenders(verb, parallel, Gauge::rate);
	}

	private List<Contender> contenders(Verb verb, int parallel, Supplier<Gauge> gauge) {
		return this.peers.stream()
			.filter((peer) -> peer.verbs().contains(verb))
			.map((peer) -> new Contender(peer.title(), (operations) -> peer.measure(verb, parallel, operations, gauge)))
			.toList();
	}

}
