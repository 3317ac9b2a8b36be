package dev.redisqueue.listener;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import dev.redisqueue.MessageFormat;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.listener.ChaosProcess.Acknowledging;
import dev.redisqueue.redis.RedisQueueFactory;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.History;
import dev.redisqueue.testing.History.Fact;
import dev.redisqueue.testing.HistoryCheck;
import dev.redisqueue.testing.HistoryCheck.Verdict;
import dev.redisqueue.testing.QueueInvariants;
import dev.redisqueue.testing.QueueNames;
import dev.redisqueue.testing.RedisDump;
import dev.redisqueue.testing.RedisInstance;
import io.lettuce.core.api.StatefulRedisConnection;
import org.awaitility.Awaitility;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Messages through two consumer processes of eight threads each, one of which is killed
 * and replaced, the other stopped past its lease and continued, in turn, each of them
 * with messages in hand. Then the histories are checked. As a program:
 * {@code queue-core/src/test/scripts/chaos}.
 */
final class ChaosRun implements AutoCloseable {

	/**
	 * Soon over where a process dies, and yet longer than a busy machine stands still.
	 */
	static final Duration LEASE = Duration.ofSeconds(5);

	private static final Duration SOON = Duration.ofSeconds(60);

	/** More than one process can hold, so that each of both has some. */
	private static final int HOLDS = ChaosProcess.THREADS + 4;

	private static final int PRODUCERS = 4;

	/** What applications have that do not say otherwise. */
	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

	/** Longer than Redis takes for anything but stands still. */
	private static final Duration SHORT_COMMAND_TIMEOUT = Duration.ofMillis(100);

	private static final long STALL = 150;

	private final RedisInstance redis = RedisInstance.start();

	private final String name = QueueNames.fresh();

	private final Path directory;

	private final List<Path> histories = new ArrayList<>();

	private final Map<ChildJvm, Path> children = new HashMap<>();

	private final LettuceConnectionFactory connections;

	private final RedisQueueFactory factory;

	private final RedisQueue<String> queue;

	private final ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);

	private final History produced;

	private final Acknowledging acknowledging;

	private final Random random;

	private final int perRound;

	private final Duration lease;

	private final ScheduledExecutorService stalls = Executors.newScheduledThreadPool(1);

	private Duration commandTimeout = COMMAND_TIMEOUT;

	private Duration longestRecovery = Duration.ZERO;

	private int round;

	private int lastId;

	/**
	 * Prepares a run.
	 * @param directory for the histories
	 * @param acknowledging how the consumers do it
	 * @param lease the lease of the queue
	 * @param seed decides the contents, and when faults come
	 * @param perRound messages between two faults
	 */
	ChaosRun(Path directory, Acknowledging acknowledging, Duration lease, long seed, int perRound) {
		this.directory = directory;
		this.acknowledging = acknowledging;
		this.random = new Random(seed);
		this.lease = lease;
		this.perRound = perRound;
		this.connections = new LettuceConnectionFactory(this.redis.host(), this.redis.port());
		this.connections.afterPropertiesSet();
		this.connections.start();
		this.factory = new RedisQueueFactory(this.connections);
		this.queue = this.factory.create(this.name, String.class,
				QueueOptions.defaults()
					.withLease(lease)
					.withFormat((acknowledging == Acknowledging.NEVER) ? MessageFormat.RAW : MessageFormat.FRAMED));
		this.produced = history("producer");
	}

	public static void main(String[] args) throws Exception {
		int messages = (args.length > 0) ? Integer.parseInt(args[0]) : 100_000;
		int kills = (args.length > 1) ? Integer.parseInt(args[1]) : 2;
		Acknowledging acknowledging = (args.length > 2) ? Acknowledging.valueOf(args[2]) : Acknowledging.IN_HANDLER;
		long seed = (args.length > 3) ? Long.parseLong(args[3]) : ThreadLocalRandom.current().nextLong();
		Path directory = Files.createTempDirectory("chaos");
		System.out.printf("messages=%d kills=%d stops=%d acknowledging=%s seed=%d histories=%s%n", messages, kills,
				kills, acknowledging, seed, directory);
		try (ChaosRun run = new ChaosRun(directory, acknowledging, LEASE, seed, messages / (2 * kills + 1))) {
			Verdict verdict = run.faults(kills);
			verdict.violations().stream().limit(50).forEach(System.out::println);
			System.out.println(verdict);
			System.exit(verdict.violations().isEmpty() ? 0 : 1);
		}
	}

	/**
	 * From now on Redis stands still for a moment, three or four times a lease, and each
	 * time for longer than the consumers that are started wait for a reply.
	 */
	ChaosRun withStalls() {
		this.commandTimeout = SHORT_COMMAND_TIMEOUT;
		StatefulRedisConnection<byte[], byte[]> connection = this.redis.connect();
		this.stalls.scheduleAtFixedRate(() -> connection.sync().clientPause(STALL), 0,
				this.lease.multipliedBy(3).dividedBy(10).toMillis(), TimeUnit.MILLISECONDS);
		return this;
	}

	/** How long it took at most until a message of a killed process was handled again. */
	Duration longestRecovery() {
		return this.longestRecovery;
	}

	/** Kills one process and stops the other, so often, under load. */
	Verdict faults(int times) throws Exception {
		ChildJvm killed = start("killed-0");
		ChildJvm stopped = start("stopped");
		awaitReady(killed);
		awaitReady(stopped);
		for (int i = 1; i <= times; i++) {
			List<Future<?>> load = load(HOLDS);
			String lost = awaitHold(killed);
			killed.kill();
			long time = System.nanoTime();
			mark(killed, Fact.KILLED);
			release(stopped);
			killed = start("killed-" + i);
			awaitReady(killed);
			if (this.acknowledging != Acknowledging.NEVER) {
				awaitAgain(lost, killed, stopped);
				noteRecovery(Duration.ofNanos(System.nanoTime() - time));
			}
			await(load);
			load = load(HOLDS);
			String held = awaitHold(stopped);
			stopped.pause();
			release(killed);
			if (this.acknowledging != Acknowledging.NEVER) {
				killed.await("again " + held + ";", SOON);
			}
			mark(stopped, Fact.STOPPED);
			stopped.resume();
			release(stopped);
			await(load);
		}
		await(load(0));
		return end(killed, stopped);
	}

	private void noteRecovery(Duration time) {
		if (time.compareTo(this.longestRecovery) > 0) {
			this.longestRecovery = time;
		}
	}

	private static void awaitAgain(String message, ChildJvm... children) {
		Awaitility.await()
			.atMost(SOON)
			.until(() -> Arrays.stream(children).anyMatch((child) -> child.lines().contains("again " + message + ";")));
	}

	/** Ends and replaces one process after the other, so often, under load. */
	Verdict restarts(int times) throws Exception {
		List<ChildJvm> running = new ArrayList<>(List.of(start("restarted-a"), start("restarted-b")));
		for (int i = 1; i <= times; i++) {
			List<Future<?>> load = load(HOLDS);
			for (ChildJvm child : running) {
				awaitHold(child);
			}
			ChildJvm ending = running.remove(0);
			ending.terminate();
			running.add(start("restarted-" + i));
			release(ending);
			checkEnd(ending);
			running.forEach(this::release);
			await(load);
		}
		return end(running.toArray(ChildJvm[]::new));
	}

	private ChildJvm start(String process) {
		Path history = this.directory.resolve(process);
		this.histories.add(history);
		ChildJvm child = ChildJvm.start(ChaosProcess.class, List.of("-Xmx128m"), this.redis.port(), this.name,
				this.lease.toMillis(), this.acknowledging, history, this.commandTimeout.toMillis());
		this.children.put(child, history);
		return child;
	}

	private static void awaitReady(ChildJvm child) throws InterruptedException {
		child.await("ready", SOON);
	}

	private History history(String process) {
		Path history = this.directory.resolve(process);
		this.histories.add(history);
		return History.of(history);
	}

	/** Puts the messages of another round; somewhere among them some that are held. */
	private List<Future<?>> load(int holds) {
		this.round++;
		List<ChaosMessage> messages = new ArrayList<>();
		int firstHold = (holds > 0) ? this.random.nextInt(this.perRound / 2) : 0;
		for (int i = 0; i < this.perRound; i++) {
			boolean hold = i >= firstHold && i < firstHold + holds;
			messages.add(new ChaosMessage(String.valueOf(++this.lastId), this.round, hold));
		}
		List<Future<?>> load = new ArrayList<>();
		for (int i = 0; i < PRODUCERS; i++) {
			int first = i;
			Random contents = new Random(this.random.nextLong());
			load.add(this.producers.submit(() -> {
				for (int j = first; j < messages.size(); j += PRODUCERS) {
					put(messages.get(j).id(), messages.get(j).payload(contents));
				}
			}));
		}
		return load;
	}

	private void put(String id, String payload) {
		this.produced.put(id, payload);
		try {
			this.queue.put(payload);
			this.produced.putEnded(Fact.PUT_OK, id);
		}
		catch (PutOutcomeUnknownException ex) {
			this.produced.putEnded(Fact.PUT_UNKNOWN, id);
		}
		catch (PutRefusedException ex) {
			this.produced.putEnded(Fact.PUT_REFUSED, id);
		}
	}

	private static void await(List<Future<?>> load) throws Exception {
		for (Future<?> future : load) {
			future.get();
		}
	}

	/** Returns when a handler of that process waits in this round: for which message. */
	private String awaitHold(ChildJvm child) throws InterruptedException {
		return child.await("holding of round " + this.round + ": ", SOON);
	}

	private void mark(ChildJvm child, Fact fault) {
		try (History history = History.of(this.children.get(child))) {
			history.fault(fault);
		}
	}

	private void release(ChildJvm child) {
		child.say("release round " + this.round);
	}

	private Verdict end(ChildJvm... running) throws Exception {
		Awaitility.await().atMost(SOON.multipliedBy(2)).until(this::isDrained);
		for (ChildJvm child : running) {
			child.terminate();
		}
		for (ChildJvm child : running) {
			checkEnd(child);
		}
		HistoryCheck check = HistoryCheck.of(this.histories).stored(stored());
		if (this.acknowledging != Acknowledging.NEVER) {
			QueueInvariants.check(this.redis, QueueOptions.DEFAULT_NAMESPACE, this.name);
			check.counted(this.queue.stats().acked(), this.queue.stats().recovered());
		}
		return check.verdict();
	}

	private boolean isDrained() {
		return this.queue.size() == 0 && this.queue.stats().taken() == 0;
	}

	private static void checkEnd(ChildJvm child) throws InterruptedException {
		int code = child.exitCode(SOON);
		if (code != 128 + 15) {
			throw new AssertionError("A process ended with " + code + " instead of 143, for SIGTERM");
		}
	}

	private Set<String> stored() {
		Set<String> stored = new HashSet<>();
		Pattern id = Pattern.compile("message (\\d+) of round");
		try (StatefulRedisConnection<byte[], byte[]> connection = this.redis.connect()) {
			RedisDump.of(connection, "*:" + this.name + "*")
				.values()
				.forEach((entry) -> id.matcher(entry.value().toString())
					.results()
					.forEach((match) -> stored.add(match.group(1))));
		}
		return stored;
	}

	@Override
	public void close() throws IOException {
		this.stalls.shutdownNow();
		this.producers.shutdownNow();
		this.children.keySet().forEach(ChildJvm::close);
		this.factory.close();
		this.connections.destroy();
		this.produced.close();
		this.redis.close();
	}

}
