package dev.redisqueue.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.redisqueue.benchmarks.measure.Result;
import dev.redisqueue.benchmarks.measure.Scale;
import dev.redisqueue.benchmarks.peer.Peer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what was measured: a Markdown table with its notes, and a file of JSON.
 */
final class Report {

	private final Scale scale;

	private final int rounds;

	private final String server;

	private final double loadBefore = load();

	Report(Scale scale, int rounds, String server) {
		this.scale = scale;
		this.rounds = rounds;
		this.server = server;
	}

	String markdown(List<Result> results, List<Peer> peers) {
		String head = String.format(Locale.ROOT, "%sAt %s. Java %s, %d processors, load %.1f before and %.1f after. "
				+ "Median of %d rounds (min to max); the ratio is to the first subject of the case, round by round.%n%n",
				this.scale.isFull() ? "" : "**" + this.scale + ": too short to be quoted.** ", this.server,
				Runtime.version(), Runtime.getRuntime().availableProcessors(), this.loadBefore, load(), this.rounds);
		String rows = results.stream().map(Report::row).collect(Collectors.joining());
		String notes = peers.stream()
			.map((peer) -> String.format("- %s: %s.%n", peer.title(), peer.configuration()))
			.collect(Collectors.joining());
		return head
				+ String
					.format("| case | subject | median (min to max) | unit | ratio to ours |%n|---|---|---|---|---|%n")
				+ rows + String.format("%nPayloads are JSON of 200 bytes unless said otherwise. Set up:%n%n") + notes;
	}

	private static String row(Result result) {
		String ratio = result.isBasis() ? "1" : String.format("%s (%s to %s)", number(result.ratioToOurs()),
				number(result.ratioMin()), number(result.ratioMax()));
		return String.format("| %s | %s | %s (%s to %s) | %s | %s |%n", result.caseName(), result.subject(),
				number(result.median()), number(result.min()), number(result.max()), result.unit(), ratio);
	}

	private static String number(double value) {
		String format = (Math.abs(value) < 0.1) ? "%.3f" : (Math.abs(value) < 100) ? "%.2f" : "%,.0f";
		return String.format(Locale.ROOT, format, value);
	}

	void write(Path file, List<Result> results) throws IOException {
		Files.createDirectories(file.toAbsolutePath().getParent());
		JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), results);
	}

	private static double load() {
		return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
	}

}
