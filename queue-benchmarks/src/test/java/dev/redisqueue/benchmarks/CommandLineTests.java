package dev.redisqueue.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import dev.redisqueue.benchmarks.around.Surroundings;
import dev.redisqueue.benchmarks.measure.Scale;
import dev.redisqueue.benchmarks.peer.Peers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CommandLineTests {

	private static final List<String> CASES = List.of("put-1", "put-4", "get");

	@Test
	void withoutOptionsItIsAFullRunOfEverythingInThisProcess() {
		CommandLine commandLine = CommandLine.parse(new String[0]);
		assertThat(commandLine.scale()).isEqualTo(Scale.FULL);
		assertThat(commandLine.rounds()).isEqualTo(5);
		assertThat(commandLine.redis()).isNull();
		assertThat(commandLine.peers()).isEqualTo(Peers.inThisProcess());
		assertThat(commandLine.select(CASES, Function.identity())).isEqualTo(CASES);
	}

	@Test
	void roundsAreThoseOfTheScaleUnlessGiven() {
		assertThat(CommandLine.parse(new String[] { "--rounds=9", "--quick" }).rounds()).isEqualTo(9);
		assertThat(CommandLine.parse(new String[] { "--quick" }).rounds()).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> CommandLine.parse(new String[] { "--rounds=x" }))
			.withMessageContaining("'x'");
	}

	@Test
	void theMachineIsForTheRunAloneUnlessSaidOtherwise() {
		assertThat(CommandLine.parse(new String[0]).around()).isEqualTo(Surroundings.Asked.NOTHING);
		assertThat(CommandLine.parse(new String[] { "--busy=2", "--away=1000" }).around())
			.isEqualTo(new Surroundings.Asked(2, Duration.ofMillis(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> CommandLine.parse(new String[] { "--busy=0" }))
			.withMessageContaining("busy loops are '0'");
	}

	@Test
	void casesAreSelectedByIdOrBeginning() {
		assertThat(CommandLine.parse(new String[] { "--cases=get,put-*" }).select(CASES, Function.identity()))
			.isEqualTo(CASES);
		assertThat(CommandLine.parse(new String[] { "--cases=put-4" }).select(CASES, Function.identity()))
			.containsExactly("put-4");
	}

	@Test
	void whatDoesNotExistIsRefusedWithWhatDoes() {
		assertThatIllegalArgumentException().isThrownBy(() -> CommandLine.parse(new String[] { "--peers=none,x" }))
			.withMessageContaining("redisson");
		assertThatIllegalArgumentException().isThrownBy(() -> CommandLine.parse(new String[] { "--fast" }))
			.withMessageContaining("--fast");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CommandLine.parse(new String[] { "--cases=x" }).select(CASES, Function.identity()))
			.withMessageContaining("put-1, put-4, get");
	}

}
