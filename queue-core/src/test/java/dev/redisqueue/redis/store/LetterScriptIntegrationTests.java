package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LetterScriptIntegrationTests extends ScriptTestSupport {

	private static final List<String> DEPOSIT = List.of("dead", "letters", "meta");

	private static final List<String> LETTERS = List.of("dead", "letters");

	private static final List<String> REDRIVE = List.of("dead", "letters", "ready");

	private void twoLetters() {
		this.queue.zset("dead", 5, "d1", 6, "d2").hash("letters", "d1", "head1\n\0\u00ff", "d2", "head2\ntwo");
	}

	@Test
	void depositStoresALetterAndTellsItsId() {
		assertThat(run(Script.DEPOSIT, DEPOSIT, "id", "head\n\0\u00ff")).isEqualTo(list("id"));
		assertThat(run(Script.DEPOSIT, DEPOSIT, "id", "other")).isEqualTo(list("id~1"));
		assertState("dead", map("id", "now", "id~1", "now"), "letters", map("id", "head\n\0\u00ff", "id~1", "other"),
				"meta", map("buried", "2", "sequence", "1"));
	}

	@Test
	void lettersAreReadAsFarAsTheBytesGo() {
		twoLetters();
		assertThat(run(Script.LETTERS, LETTERS, 100, 100, "d2", "none", "d1"))
			.isEqualTo(list(list("6", 9L, "head2\ntwo"), list(null, 0L, ""), list("5", 8L, "head1\n\0\u00ff")));
		assertThat(run(Script.LETTERS, LETTERS, 3, 17, "d2", "d1", "d1"))
			.isEqualTo(list(list("6", 9L, "hea"), list("5", 8L, "hea")));
		assertThat(run(Script.LETTERS, LETTERS, 100, 1, "d2", "d1")).isEqualTo(list(list("6", 9L, "head2\ntwo")));
		assertState("dead", map("d1", "5", "d2", "6"), "letters", map("d1", "head1\n\0\u00ff", "d2", "head2\ntwo"));
	}

	@Test
	void redriveBringsPayloadsBackToTheTailBehindNewHeads() {
		twoLetters();
		this.queue.list("ready", "r1");
		assertThat(run(Script.REDRIVE, REDRIVE, "d2", 6, 9, 6, "again\n", "none", 1, 0, 0, "", "d1", 5, 8, 6, ""))
			.isEqualTo(list(2L));
		assertState("ready", list("r1", "again\ntwo", "\0\u00ff"));
	}

	@Test
	void redriveTwiceBringsEachBackOnce() {
		twoLetters();
		assertThat(run(Script.REDRIVE, REDRIVE, "d1", 5, 8, 6, "")).isEqualTo(list(1L));
		assertThat(run(Script.REDRIVE, REDRIVE, "d1", 5, 8, 6, "")).isEqualTo(list(0L));
		assertState("ready", list("\0\u00ff"), "dead", map("d2", "6"), "letters", map("d2", "head2\ntwo"));
	}

	@Test
	void redriveLeavesALetterThatIsNotTheOneThatWasRead() {
		twoLetters();
		assertThat(run(Script.REDRIVE, REDRIVE, "d1", 4, 8, 6, "", "d2", 6, 8, 6, "")).isEqualTo(list(0L));
		assertState("dead", map("d1", "5", "d2", "6"), "letters", map("d1", "head1\n\0\u00ff", "d2", "head2\ntwo"));
	}

	@Test
	void redriveRemovesAnIdWithoutALetter() {
		twoLetters();
		this.queue.zset("dead", 4, "lost");
		assertThat(run(Script.REDRIVE, REDRIVE, "lost", 4, 0, 0, "")).isEqualTo(list(0L));
		assertState("dead", map("d1", "5", "d2", "6"), "letters", map("d1", "head1\n\0\u00ff", "d2", "head2\ntwo"));
	}

	@Test
	void aHundredLettersAreRedrivenInOneCall() {
		List<Object> args = new ArrayList<>();
		List<Object> expected = new ArrayList<>();
		for (int i = 1; i <= 100; i++) {
			this.queue.zset("dead", i, "d" + i).hash("letters", "d" + i, "m" + i);
			args.addAll(List.of("d" + i, i, ("m" + i).length(), 0, ""));
			expected.add("m" + i);
		}
		assertThat(run(Script.REDRIVE, REDRIVE, args.toArray())).isEqualTo(list(100L));
		assertState("ready", expected);
	}

	@Test
	void deleteRemovesALetter() {
		twoLetters();
		assertThat(run(Script.DELETE, LETTERS, "d1")).isEqualTo(list(1L));
		assertThat(run(Script.DELETE, LETTERS, "d1")).isEqualTo(list(0L));
		assertState("dead", map("d2", "6"), "letters", map("d2", "head2\ntwo"));
	}

	@Test
	void deleteMendsALetterThatLostItsBytes() {
		this.queue.zset("dead", 5, "d1");
		assertThat(run(Script.DELETE, LETTERS, "d1")).isEqualTo(list(0L));
		assertState();
	}

	@Test
	void trimRemovesTheOldestAboveANumber() {
		twoLetters();
		this.queue.zset("dead", 7, "d3").hash("letters", "d3", "m3");
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 2, "", 10, 100_000)).isEqualTo(list(1L));
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 2, "", 10, 100_000)).isEqualTo(list(0L));
		assertState("dead", map("d2", "6", "d3", "7"), "letters", map("d2", "head2\ntwo", "d3", "m3"), "meta",
				map("lettersExpired", "1"));
	}

	@Test
	void trimRemovesWhatIsAboveAnAge() {
		twoLetters();
		this.queue.zset("dead", "now-5m", "d3").hash("letters", "d3", "m3");
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, "", 600_000, 10, 100_000)).isEqualTo(list(2L));
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, "", 600_000, 10, 100_000)).isEqualTo(list(0L));
		assertState("dead", map("d3", "now-5m"), "letters", map("d3", "m3"), "meta", map("lettersExpired", "2"));
	}

	@Test
	void trimTakesWhicheverRemovesMoreAndNoMoreThanItMay() {
		for (int i = 1; i <= 300; i++) {
			this.queue.zset("dead", i, "d" + i).hash("letters", "d" + i, "m" + i);
		}
		this.queue.zset("dead", "now-5m", "young").hash("letters", "young", "m");
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 150, 600_000, 200, 100_000)).isEqualTo(list(200L));
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 150, 600_000, 200, 100_000)).isEqualTo(list(100L));
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 150, 600_000, 200, 100_000)).isEqualTo(list(0L));
		assertState("dead", map("young", "now-5m"), "letters", map("young", "m"), "meta", map("lettersExpired", "300"));
	}

	@Test
	void trimCountsLettersAndNotIdsWithoutOne() {
		this.queue.zset("dead", 5, "lost", 6, "d1").hash("letters", "d1", "m");
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, "", 600_000, 200, 100_000)).isEqualTo(list(2L));
		assertState("meta", map("lettersExpired", "1"));
	}

	@Test
	void lettersAreRemovedAsFarAsTheBytesGoButOneAtLeast() {
		for (int i = 1; i <= 3; i++) {
			run(Script.DEPOSIT, DEPOSIT, "d" + i, "x".repeat(100));
		}
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 0, "", 10, 250)).isEqualTo(list(2L));
		assertThat(run(Script.TRIM_LETTERS, DEPOSIT, 0, "", 10, 50)).isEqualTo(list(1L));
	}

	@Test
	void purgeRemovesAllLetters() {
		twoLetters();
		this.queue.list("ready", "r1");
		assertThat(run(Script.PURGE, LETTERS)).isEqualTo(list(2L));
		assertThat(run(Script.PURGE, LETTERS)).isEqualTo(list(0L));
		assertState("ready", list("r1"));
	}

}
