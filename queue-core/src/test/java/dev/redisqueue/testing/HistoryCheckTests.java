package dev.redisqueue.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import dev.redisqueue.testing.History.Fact;
import dev.redisqueue.testing.HistoryCheck.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A check that never fails proves nothing: each broken promise is found.
 */
class HistoryCheckTests {

	@TempDir
	private Path directory;

	@Test
	void aKilledProcessAndOneThatTookOverAreInOrder() {
		process("producer", (history) -> put(history, "1", "2", "3"));
		process("killed", (history) -> {
			handle(history, "1", 1, true);
			history.began("2", 1, "payload 2");
			history.fault(Fact.KILLED);
		});
		process("other", (history) -> handle(history, "2", 2, true));
		Verdict verdict = check("producer", "killed", "other").stored(List.of("3")).counted(2, 1).verdict();
		assertThat(verdict.violations()).isEmpty();
		assertThat(verdict).hasToString("attempted=3 ok=3 unknown=0 lost=0 unexpected=0 duplicated=1 recovered=1");
	}

	@Test
	void aStoppedProcessWhoseAcknowledgementsAreRefusedIsInOrder() {
		process("producer", (history) -> put(history, "1", "2"));
		process("stopped", (history) -> {
			history.began("1", 1, "payload 1");
			history.fault(Fact.STOPPED);
			history.ended("1", 1);
			history.acked("1", 1, false);
			handle(history, "2", 1, false);
		});
		process("other", (history) -> {
			handle(history, "1", 2, true);
			handle(history, "2", 2, true);
		});
		Verdict verdict = check("producer", "stopped", "other").counted(2, 2).verdict();
		assertThat(verdict.violations()).isEmpty();
		assertThat(verdict.notOurs()).isEqualTo(2);
	}

	@Test
	void whatWasBegunAndNeverFinishedIsLost() {
		process("producer", (history) -> put(history, "1", "2"));
		process("killed", (history) -> {
			history.began("1", 1, "payload 1");
			history.fault(Fact.KILLED);
		});
		Verdict verdict = check("producer", "killed").verdict();
		assertThat(verdict.lost()).isEqualTo(2);
		assertThat(verdict.violations()).hasSize(2).allSatisfy((text) -> assertThat(text).contains("lost"));
	}

	@Test
	void whatWasHandledAndNeverCountedIsLost() {
		process("producer", (history) -> put(history, "1"));
		process("killed", (history) -> {
			history.began("1", 1, "payload 1");
			history.ended("1", 1);
			history.fault(Fact.KILLED);
		});
		assertThat(check("producer", "killed").counted(0, 0).verdict().lost()).isEqualTo(1);
		assertThat(check("producer", "killed").counted(1, 0).verdict().lost()).isZero();
		assertThat(check("producer", "killed").counted(2, 0).verdict().violations()).hasSize(1);
	}

	@Test
	void otherContentsAndWhatNobodyPutAreUnexpected() {
		process("producer", (history) -> {
			put(history, "1");
			history.put("2", "payload 2");
			history.putEnded(Fact.PUT_REFUSED, "2");
		});
		process("consumer", (history) -> {
			history.began("1", 1, "other contents");
			history.ended("1", 1);
			handle(history, "2", 1, true);
			handle(history, "3", 1, true);
		});
		Verdict verdict = check("producer", "consumer").counted(3, 0).verdict();
		assertThat(verdict.unexpected()).isEqualTo(3);
		assertThat(verdict.violations()).hasSize(3);
	}

	@Test
	void aSecondExecutionWithoutAFaultIsFound() {
		process("producer", (history) -> put(history, "1"));
		process("one", (history) -> {
			history.began("1", 1, "payload 1");
			history.ended("1", 1);
		});
		process("other", (history) -> handle(history, "1", 2, true));
		assertThat(check("producer", "one", "other").counted(1, 1).verdict().violations()).singleElement()
			.asString()
			.contains("not in flight");
	}

	@Test
	void aSecondExecutionOfWhatWasAcknowledgedBeforeTheFaultIsFound() {
		process("producer", (history) -> put(history, "1"));
		process("killed", (history) -> {
			handle(history, "1", 1, true);
			history.fault(Fact.KILLED);
		});
		process("other", (history) -> handle(history, "1", 2, false));
		assertThat(check("producer", "killed", "other").counted(1, 1).verdict().violations()).singleElement()
			.asString()
			.contains("not in flight");
	}

	@Test
	void aSecondExecutionAsTheSameAttemptIsFound() {
		process("producer", (history) -> put(history, "1"));
		process("killed", (history) -> {
			history.began("1", 1, "payload 1");
			history.fault(Fact.KILLED);
		});
		process("other", (history) -> handle(history, "1", 1, true));
		assertThat(check("producer", "killed", "other").counted(1, 1).verdict().violations()).singleElement()
			.asString()
			.contains("same attempt");
	}

	@Test
	void aSecondSuccessfulAcknowledgementIsFound() {
		process("producer", (history) -> put(history, "1"));
		process("stopped", (history) -> {
			history.began("1", 1, "payload 1");
			history.fault(Fact.STOPPED);
			history.ended("1", 1);
			history.acked("1", 1, true);
		});
		process("other", (history) -> handle(history, "1", 2, true));
		assertThat(check("producer", "stopped", "other").counted(2, 1).verdict().violations())
			.anyMatch((text) -> text.contains("acknowledged 2 times"))
			.anyMatch((text) -> text.contains("counts 2"));
	}

	private static void put(History history, String... messages) {
		for (String message : messages) {
			history.put(message, "payload " + message);
			history.putEnded(Fact.PUT_OK, message);
		}
	}

	private static void handle(History history, String message, int attempt, boolean ours) {
		history.began(message, attempt, "payload " + message);
		history.ended(message, attempt);
		history.acked(message, attempt, ours);
	}

	private void process(String name, Consumer<History> life) {
		try (History history = History.of(this.directory.resolve(name))) {
			life.accept(history);
		}
	}

	private HistoryCheck check(String... names) {
		return HistoryCheck.of(List.of(names).stream().map(this.directory::resolve).toList());
	}

}
