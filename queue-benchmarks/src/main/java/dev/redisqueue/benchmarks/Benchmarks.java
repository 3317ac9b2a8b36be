package dev.redisqueue.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.redisqueue.benchmarks.around.BusyLoop;
import dev.redisqueue.benchmarks.around.LongWay;
import dev.redisqueue.benchmarks.around.Surroundings;
import dev.redisqueue.benchmarks.cases.ConsumerProcess;
import dev.redisqueue.benchmarks.cases.OwnCases;
import dev.redisqueue.benchmarks.cases.PeerCases;
import dev.redisqueue.benchmarks.measure.Case;
import dev.redisqueue.benchmarks.measure.Result;
import dev.redisqueue.benchmarks.measure.Runner;
import dev.redisqueue.benchmarks.measure.ServerInfo;
import dev.redisqueue.benchmarks.peer.Peer;
import dev.redisqueue.benchmarks.peer.Peers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Runs the cases at a Redis of its own and writes a Markdown table to the console and
 * {@code target/benchmarks.json}.
 */
final class Benchmarks {

	private Benchmarks() {
	}

	public static void main(String[] args) {
		try {
			start(args);
		}
		catch (UsageException ex) {
			System.err.println(ex.getMessage() + ". See --help");
			System.exit(2);
		}
		catch (Exception ex) {
			ex.printStackTrace();
			System.exit(1); // Threads of a contender may still wait for something.
		}
	}

	private static void start(String[] args) throws Exception {
		if (List.of(args).indexOf(ConsumerProcess.ARGUMENT) == 0) {
			ConsumerProcess.run(args);
			return;
		}
		if (List.of(args).indexOf(BusyLoop.ARGUMENT) == 0) {
			BusyLoop.run();
			return;
		}
		if (List.of(args).indexOf(LongWay.ARGUMENT) == 0) {
			LongWay.run(args);
			return;
		}
		if (List.of(args).contains("--help")) {
			System.out.printf(CommandLine.USAGE + "%n", String.join(", ", Peers.inThisProcess()),
					String.join(", ", Peers.inTheirOwn()));
			return;
		}
		CommandLine commandLine = CommandLine.parse(args);
		Server.preferSystemBinary();
		try (Server server = (commandLine.redis() != null) ? Server.at(commandLine.redis()) : Server.start()) {
			// The run itself watches the server from beside it.
			RedisClient client = RedisClient.create(server.uri());
			try (Surroundings around = Surroundings.open(commandLine.around(), server.uri())) {
				run(commandLine, server, client, around);
			}
			finally {
				client.shutdown();
			}
		}
	}

	private static void run(CommandLine commandLine, Server server, RedisClient client, Surroundings around)
			throws Exception {
		ServerInfo info = new ServerInfo(client.connect(ByteArrayCodec.INSTANCE).sync());
		Report report = new Report(commandLine.scale(), commandLine.rounds(),
				info.version() + ", " + server.description() + around);
		List<Peer> peers = new ArrayList<>();
		peers.add(Peers.ours(around.redis()));
		peers.addAll(Peers.open(commandLine.peers(), around.redis()));
		List<Case> withPeers = new PeerCases(peers, info, commandLine.scale()).all();
		List<Case> own = new OwnCases(around.redis(), info, commandLine.scale()).all();
		List<Result> results = measure(commandLine, withPeers, own, peers);
		System.out.println(report.markdown(results, peers));
		Path file = Path.of("target", "benchmarks.json");
		report.write(file, results);
		System.out.println("Written to " + file);
	}

	/** The peers are closed in between: what they keep open would cost our own cases. */
	private static List<Result> measure(CommandLine commandLine, List<Case> withPeers, List<Case> own, List<Peer> peers)
			throws Exception {
		List<Case> selected = commandLine.select(Stream.concat(withPeers.stream(), own.stream()).toList(), Case::id);
		List<Result> results = new ArrayList<>();
		try (ProgressBar bar = new ProgressBarBuilder().setTaskName("Benchmarks")
			.setStyle(ProgressBarStyle.ASCII)
			.setUpdateIntervalMillis(500)
			.build()) {
			Runner runner = new Runner(commandLine.scale(), commandLine.rounds(), (what) -> {
				bar.setExtraMessage(" " + what);
				bar.step();
			});
			bar.maxHint(selected.stream().mapToInt(runner::steps).sum());
			try {
				results.addAll(run(runner, selected, withPeers));
			}
			finally {
				peers.forEach(Peer::close);
			}
			results.addAll(run(runner, selected, own));
		}
		return results;
	}

	private static List<Result> run(Runner runner, List<Case> selected, List<Case> among) throws Exception {
		List<Result> results = new ArrayList<>();
		for (Case measured : among) {
			if (selected.contains(measured)) {
				results.addAll(runner.run(measured));
			}
		}
		return results;
	}

}
