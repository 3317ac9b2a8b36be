package dev.redisqueue.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.redisqueue.testing.History.Fact;

/**
 * Reads the histories of all processes beside what Redis still stores, and tells whether
 * the promises were kept:
 * <ul>
 * <li>none lost: what was put is acknowledged or stored, and Redis has counted as many
 * acknowledgements as messages have gone;
 * <li>nothing unexpected: what is delivered was put, and with these contents;
 * <li>second executions only of what was in flight in a process when that was hit, and
 * each of another attempt;
 * <li>one successful acknowledgement a message.
 * </ul>
 */
public final class HistoryCheck {

	private final Map<String, Message> messages = new TreeMap<>();

	private final List<String> violations = new ArrayList<>();

	private final Set<String> stored = new HashSet<>();

	private long counted = -1;

	private long recovered;

	/** Of these histories, each of one process. */
	public static HistoryCheck of(Collection<Path> histories) {
		HistoryCheck check = new HistoryCheck();
		histories.forEach(check::read);
		return check;
	}

	/** What Redis still holds, dead letters included. */
	public HistoryCheck stored(Collection<String> messages) {
		this.stored.addAll(messages);
		return this;
	}

	/**
	 * What Redis has counted.
	 * @param acked successful acknowledgements
	 * @param recovered messages returned from processes that were hit
	 */
	public HistoryCheck counted(long acked, long recovered) {
		this.counted = acked;
		this.recovered = recovered;
		return this;
	}

	private void read(Path history) {
		try {
			Process process = new Process(history.getFileName().toString());
			Files.readAllLines(history).forEach((line) -> read(line.split(" "), process));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(String[] line, Process process) {
		Fact fact = Fact.valueOf(line[0]);
		switch (fact) {
			case PUT -> message(line).checksum = line[2];
			case PUT_OK, PUT_REFUSED, PUT_UNKNOWN -> message(line).put = fact;
			case BEGAN -> begin(message(line), line, process);
			case ENDED -> process.execution(line).ended = true;
			case ACKED, NOT_OURS -> process.execution(line).ack = fact;
			case KILLED -> process.isHit();
			case STOPPED -> {
				process.isHit();
				process.stopped = true;
			}
		}
	}

	private Message message(String[] line) {
		return this.messages.computeIfAbsent(line[1], (id) -> new Message());
	}

	private void begin(Message message, String[] line, Process process) {
		Execution execution = new Execution(process, line[2], line[3]);
		message.executions.add(execution);
		if (process.executions.put(line[1] + " " + line[2], execution) != null) {
			this.violations.add("attempt " + line[2] + " of " + line[1] + " ran twice in " + process.name);
		}
	}

	/** The result. */
	public Verdict verdict() {
		int attempted = 0;
		int ok = 0;
		int unknown = 0;
		int unexpected = 0;
		int duplicated = 0;
		int gone = 0;
		int lost = 0;
		int notOurs = 0;
		for (Map.Entry<String, Message> entry : this.messages.entrySet()) {
			Message message = entry.getValue();
			attempted += (message.checksum != null) ? 1 : 0;
			ok += (message.put == Fact.PUT_OK) ? 1 : 0;
			unknown += (message.put == Fact.PUT_UNKNOWN) ? 1 : 0;
			unexpected += checkContents(entry.getKey(), message);
			duplicated += Math.max(0, message.executions.size() - 1);
			notOurs += (int) message.executions.stream().filter((one) -> one.ack == Fact.NOT_OURS).count();
			checkExecutions(entry.getKey(), message);
			if (this.stored.contains(entry.getKey())) {
				continue;
			}
			if (message.mayBeAcked()) {
				gone++;
			}
			else if (message.put == Fact.PUT_OK) {
				lost++;
				this.violations.add(entry.getKey() + " is lost: " + message.executions);
			}
		}
		if (this.counted >= 0 && this.counted != gone) {
			this.violations.add(gone + " messages have gone, but Redis counts " + this.counted + " acknowledgements");
			lost += (int) Math.max(0, gone - this.counted);
		}
		if (this.counted >= 0 && duplicated > this.recovered) {
			this.violations.add(duplicated + " second executions of " + this.recovered + " messages that came back");
		}
		return new Verdict(attempted, ok, unknown, lost, unexpected, duplicated, this.recovered, notOurs,
				List.copyOf(this.violations));
	}

	/** How many executions were of something that nobody put. */
	private int checkContents(String id, Message message) {
		int unexpected = 0;
		for (Execution execution : message.executions) {
			if (message.put == Fact.PUT_REFUSED || !execution.checksum.equals(message.checksum)) {
				unexpected++;
				this.violations.add(id + " was delivered but not put so: " + execution);
			}
		}
		return unexpected;
	}

	private void checkExecutions(String id, Message message) {
		Set<String> attempts = new HashSet<>();
		message.executions.stream()
			.filter((execution) -> !attempts.add(execution.attempt))
			.forEach((execution) -> this.violations.add(id + " ran twice as the same attempt: " + execution));
		long acked = message.executions.stream().filter((execution) -> execution.ack == Fact.ACKED).count();
		if (acked > 1) {
			this.violations.add(id + " was acknowledged " + acked + " times: " + message.executions);
		}
		long unexcused = message.executions.stream().filter((execution) -> !execution.wasInFlight()).count();
		if (unexcused > 1) {
			this.violations.add(id + " ran again although it was not in flight at a fault: " + message.executions);
		}
	}

	/**
	 * The result in figures.
	 *
	 * @param attempted messages that somebody began to put
	 * @param ok puts that returned
	 * @param unknown puts whose outcome is unknown
	 * @param lost messages that are neither acknowledged nor stored
	 * @param unexpected deliveries of what nobody put
	 * @param duplicated executions beyond the first of a message
	 * @param recovered messages returned from processes that were hit
	 * @param notOurs acknowledgements that were refused, the lease being lost
	 * @param violations all that is wrong
	 */
	public record Verdict(int attempted, int ok, int unknown, int lost, int unexpected, int duplicated, long recovered,
			int notOurs, List<String> violations) {

		@Override
		public String toString() {
			return "attempted=%d ok=%d unknown=%d lost=%d unexpected=%d duplicated=%d recovered=%d".formatted(
					this.attempted, this.ok, this.unknown, this.lost, this.unexpected, this.duplicated, this.recovered);
		}

	}

	private static final class Message {

		private String checksum;

		private Fact put;

		private final List<Execution> executions = new ArrayList<>();

		/**
		 * Acknowledged, or handled by someone who does not say or was told that it is not
		 * his: Redis knows, and counts.
		 */
		boolean mayBeAcked() {
			return this.executions.stream().anyMatch((execution) -> execution.ended);
		}

	}

	private static final class Process {

		private final String name;

		private final Map<String, Execution> executions = new HashMap<>();

		private boolean stopped;

		Process(String name) {
			this.name = name;
		}

		Execution execution(String[] line) {
			return this.executions.get(line[1] + " " + line[2]);
		}

		/** All that is not acknowledged is in flight. */
		void isHit() {
			this.executions.values().forEach((execution) -> execution.hit = execution.ack != Fact.ACKED);
		}

	}

	private static final class Execution {

		private final Process process;

		private final String attempt;

		private final String checksum;

		private final boolean afterStop;

		private boolean ended;

		private boolean hit;

		private Fact ack;

		Execution(Process process, String attempt, String checksum) {
			this.process = process;
			this.attempt = attempt;
			this.checksum = checksum;
			this.afterStop = process.stopped;
		}

		/**
		 * Whether it was unfinished when its process was hit. What a stopped process had
		 * in hand it may begin when it goes on, and before it learns that others have it.
		 */
		boolean wasInFlight() {
			return this.ack != Fact.ACKED && (this.hit || this.afterStop);
		}

		@Override
		public String toString() {
			return "attempt " + this.attempt + " in " + this.process.name + (this.hit ? ", hit" : "")
					+ (this.ended ? ", ended" : "") + ((this.ack != null) ? ", " + this.ack : "");
		}

	}

}
