package dev.redisqueue.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.redisqueue.benchmarks.around.Surroundings;
import dev.redisqueue.benchmarks.measure.Scale;
import dev.redisqueue.benchmarks.peer.Peers;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param scale how large the run is
 * @param rounds how many rounds count
 * @param redis a server that is there, as {@code host:port}
 * @param cases ids or, with an asterisk at the end, beginnings of them; none: all
 * @param peers ids of peers
 * @param around what the run has around it
 */
record CommandLine(Scale scale, int rounds, @Nullable String redis, List<String> cases, Set<String> peers,
		Surroundings.Asked around) {

	static final String USAGE = """
			Usage: java -jar queue-benchmarks.jar [options]
			  --quick              under 3 minutes, too short to be quoted
			  --smoke              seconds: shows that everything runs
			  --rounds=N           more rounds or fewer; usually 5, quick 3
			  --redis=HOST:PORT    a server that is there, instead of one of its own
			  --cases=ID,...       some cases only; an id may end with *
			  --peers=ID,...       some peers only, "none", or "all"
			                       in this process (usual): %s
			                       in their own: %s
			  --busy=N             N busy loops beside it, in processes of their own
			  --away=MICROS        a Redis that is so much further away, there and back
			  --help""";

	static CommandLine parse(String[] args) {
		Scale scale = Scale.FULL;
		int rounds = 0;
		String redis = null;
		List<String> cases = List.of();
		Set<String> peers = Peers.inThisProcess();
		Surroundings.Asked around = Surroundings.Asked.NOTHING;
		for (String arg : args) {
			String value = arg.substring(arg.indexOf('=') + 1);
			switch (arg.replaceFirst("=.*", "=")) {
				case "--quick" -> scale = Scale.QUICK;
				case "--smoke" -> scale = Scale.SMOKE;
				case "--rounds=" -> rounds = number("rounds", value, 999);
				case "--busy=" -> around = around.withBusy(number("busy loops", value, 64));
				case "--away=" -> around = around.withAway(number("microseconds", value, 1_000_000));
				case "--redis=" -> redis = value;
				case "--cases=" -> cases = List.of(value.split(","));
				case "--peers=" -> peers = peers(value);
				default -> throw new UsageException("Unknown option " + arg);
			}
		}
		return new CommandLine(scale, (rounds > 0) ? rounds : scale.rounds(), redis, cases, peers, around);
	}

	private static int number(String what, String value, int most) {
		if (!value.matches("[1-9][0-9]{0,6}") || Integer.parseInt(value) > most) {
			throw new UsageException("The " + what + " are '" + value + "'; they must be 1 to " + most);
		}
		return Integer.parseInt(value);
	}

	private static Set<String> peers(String value) {
		Set<String> all = new LinkedHashSet<>(Peers.inThisProcess());
		all.addAll(Peers.inTheirOwn());
		if (value.equals("all")) {
			return all;
		}
		if (value.equals("none")) {
			return Set.of();
		}
		Set<String> peers = Arrays.stream(value.split(",")).collect(Collectors.toCollection(LinkedHashSet::new));
		if (!all.containsAll(peers)) {
			throw new UsageException("Unknown peer in " + value + "; there are " + all);
		}
		return peers;
	}

	<T> List<T> select(List<T> all, Function<T, String> id) {
		if (this.cases.isEmpty()) {
			return all;
		}
		List<T> selected = all.stream().filter((one) -> isSelected(id.apply(one))).toList();
		if (selected.isEmpty()) {
			throw new UsageException("No such case: " + String.join(",", this.cases) + "; there are "
					+ all.stream().map(id).collect(Collectors.joining(", ")));
		}
		return selected;
	}

	private boolean isSelected(String id) {
		return this.cases.stream()
			.anyMatch((asked) -> asked.endsWith("*") ? id.startsWith(asked.substring(0, asked.length() - 1))
					: id.equals(asked));
	}

}
