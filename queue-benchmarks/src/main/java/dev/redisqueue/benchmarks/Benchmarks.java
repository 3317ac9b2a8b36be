package dev.redisqueue.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.benchmarks.cases.PeerCases;
import dev.redisqueue.benchmarks.measure.Case;
import dev.redisqueue.benchmarks.measure.Result;
import dev.redisqueue.benchmarks.measure.Runner;
import dev.redisqueue.benchmarks.measure.ServerInfo;
import dev.redisqueue.benchmarks.peer.Peer;
import dev.redisqueue.benchmarks.peer.Peers;
import dev.redisqueue.benchmarks.peer.RedisQueuePeer;
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

	public static void main(String[] args) throws Exception {
		if (List.of(args).contains("--help")) {
			System.out.printf((CommandLine.USAGE) + "%n", String.join(", ", Peers.inThisProcess()),
					String.join(", ", Peers.inTheirOwn()));
			return;
		}
		CommandLine commandLine = CommandLine.parse(args);
		try (Server server = (commandLine.redis() != null) ? Server.at(commandLine.redis()) : Server.start()) {
			run(commandLine, server);
		}
	}

	private static void run(CommandLine commandLine, Server server) throws Exception {
		RedisClient client = RedisClient.create(server.uri());
		RedisQueuePeer ours = Peers.ours(server.uri());
		List<Peer> all = new ArrayList<>(List.of(ours));
		try {
			ServerInfo info = new ServerInfo(client.connect(ByteArrayCodec.INSTANCE).sync());
			Report report = new Report(commandLine.scale(), info.version() + ", " + server.description());
			all.addAll(Peers.open(commandLine.peers(), server.uri()));
			List<Case> cases = new ArrayList<>(new PeerCases(all, commandLine.scale()).all());
			List<Result> results = measure(commandLine, commandLine.select(cases, Case::id));
			System.out.println(report.markdown(results, all));
			Path file = Path.of("target", "benchmarks.json");
			report.write(file, results);
			System.out.println("Written to " + file);
		}
		finally {
			all.forEach(Peer::close);
			client.shutdown();
		}
	}

	private static List<Result> measure(CommandLine commandLine, List<Case> cases) throws Exception {
		List<Result> results = new ArrayList<>();
		try (ProgressBar bar = new ProgressBarBuilder().setTaskName("Benchmarks")
			.setStyle(ProgressBarStyle.ASCII)
			.setUpdateIntervalMillis(500)
			.build()) {
			Runner runner = new Runner(commandLine.scale(), (what) -> {
				bar.setExtraMessage(" " + what);
				bar.step();
			});
			bar.maxHint(cases.stream().mapToInt(runner::steps).sum());
			for (Case measured : cases) {
				results.addAll(runner.run(measured));
			}
			bar.setExtraMessage(" done");
		}
		return results;
	}

}
