package dev.redisqueue.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.redis.store.ScriptDigest;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.MachineClock;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener whose Redis goes away and comes back, with its data or without, answers late
 * or not at all.
 */
@Tag("faults")
@Timeout(300)
class ListenerOutageIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(2));

	@RegisterExtension
	final QueueFixture fixture = QueueFixture.withOwnServer("--appendonly", "yes", "--appendfsync", "always");

	private final Handled handled = new Handled();

	private final Handled elsewhere = new Handled();

	@Test
	void row11anOutageShorterThanTheLeaseCostsNothing() {
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(12));
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> other = this.fixture.queue(options);
		holdOne(this.fixture.queue(proxy, options), other);
		this.fixture.listen(other, ListenerOptions.defaults(), this.elsewhere);
		proxy.refuse();
		await().until(() -> this.fixture.shortestLease().compareTo(Duration.ofSeconds(6)) < 0);
		proxy.accepting();
		await().until(() -> this.fixture.shortestLease().compareTo(Duration.ofSeconds(7)) > 0);
		this.handled.release();
		await().until(() -> other.stats().acked() == 1);
		assertThat(this.handled.interrupted()).isEmpty();
		assertThat(this.elsewhere.executions()).isEmpty();
	}

	@Test
	void row11whoCannotRenewInTimeIsInterruptedByHisOwnClock() {
		FaultProxy proxy = this.fixture.proxy();
		// It looks for lost consumers every 20 s only.
		RedisQueue<String> other = this.fixture.queue(OPTIONS.withLease(Duration.ofMinutes(1)));
		holdOne(this.fixture.queue(proxy, OPTIONS), other);
		MachineClock clock = MachineClock.start();
		proxy.hole();
		await().until(() -> this.handled.interrupted().contains("a 1"));
		assertThat(clock.elapsed()).isLessThan(OPTIONS.lease().multipliedBy(2));
		assertThat(other.stats().recovered()).as("nobody has told him").isZero();
		this.handled.release();
		proxy.heal();
		await().until(() -> other.stats().acked() == 1);
		assertThat(this.handled.executions()).containsExactly("a 1", "a 2");
	}

	@Test
	void row14aRedisThatComesBackEmptyIsConsumedAgainWithoutHurry() {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		RedisQueue<String> producer = this.fixture.queue(OPTIONS);
		holdOne(queue, producer);
		this.fixture.redis().flushall();
		this.fixture.redis().scriptFlush();
		this.fixture.server().restart();
		this.handled.release();
		this.fixture.pushFirst("b");
		await().until(() -> this.handled.executions().contains("b 1"));
		await().until(() -> producer.stats().acked() == 1 && producer.stats().taken() == 0);
		assertThat(this.handled.executions()).containsExactly("a 1", "b 1");
		long commands = commandsProcessed();
		await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
		assertThat(commandsProcessed() - commands).as("commands of two idle seconds").isLessThan(400);
	}

	@Test
	void row14forgottenScriptsAreSentAgainUnderLoad() {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(4), this.handled);
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			queue.put("message " + i);
			expected.add("message " + i + " 1");
			this.fixture.redis().scriptFlush();
		}
		await().until(() -> queue.stats().acked() == 500);
		assertThat(this.handled.executions()).containsExactlyInAnyOrderElementsOf(expected);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 3000 })
	void row16aLongOutageCostsLittleAndIsOverSoonAfterItsEnd(int backlog) throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		if (backlog > 0) {
			queue.putAll(Collections.nCopies(backlog, "quiet"));
		}
		ChildJvm child = listener(this.fixture.server().port(), QueueOptions.defaults());
		child.await("ready", SOON);
		await().until(() -> (backlog == 0) ? this.fixture.blockedClients() == 1 : queue.stats().acked() > 0);
		this.fixture.server().kill();
		pause(Duration.ofSeconds(2));
		long used = -cpu(child, 1);
		long away = -System.nanoTime();
		pause(Duration.ofSeconds(Scale.of(8, 60)));
		await().until(() -> !complaints(child).isEmpty());
		away += System.nanoTime();
		used += cpu(child, 2);
		List<String> complaints = complaints(child);
		this.fixture.server().restart();
		MachineClock back = MachineClock.start();
		this.fixture.pushFirst("back");
		child.await("began back 1", SOON);
		assertThat(back.elapsed()).isLessThan(Duration.ofSeconds(5));
		String measured = Scale.measured("Redis away for %d s, backlog %d: %d ms of a processor, %d lines of log",
				away / 1_000_000_000, backlog, used / 1_000_000, complaints.size());
		// In a short one, what is compiled on the way counts for much.
		assertThat(used).as(measured).isLessThan(away * Scale.of(4, 2) / 100);
		assertThat(complaints).as("one each who notices, and then one a minute").hasSizeBetween(1, 6);
		await().until(() -> queue.stats().acked() == backlog + 1);
		assertThat(queue.stats().taken()).isZero();
	}

	private static List<String> complaints(ChildJvm child) {
		return child.lines().stream().filter((line) -> line.matches("\\S+ (WARN|ERROR) .*")).toList();
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void row18aTakeWhoseReplyIsLostBringsItsMessageOnce(Fault fault) {
		inEachRound(fault, "TAKE");
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "LOSE_REPLY", "LOSE_COMMAND" })
	void row19anAcknowledgementWhoseReplyIsLostIsASuccess(Fault fault) {
		inEachRound(fault, "ACK");
	}

	private void inEachRound(Fault fault, String script) {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> producer = this.fixture.queue();
		RedisQueueListenerContainer<String> listener = this.fixture
			.listen(this.fixture.queue(proxy, QueueOptions.defaults()), ListenerOptions.defaults(), this.handled);
		producer.put("known");
		await().until(() -> producer.stats().acked() == 1);
		List<String> expected = new ArrayList<>(List.of("known 1"));
		for (int i = 1; i <= Scale.of(20, 100); i++) {
			// So that the next take is the one that brings the message.
			listener.pause();
			producer.put("message " + i);
			expected.add("message " + i + " 1");
			proxy.trap(fault, ScriptDigest.of(script));
			listener.resume();
			long acked = 1 + i;
			await().until(() -> producer.stats().acked() == acked);
			// That Redis has acknowledged is seen before its reply has passed the proxy.
			int expectedTraps = i;
			await().until(() -> proxy.sprung() >= expectedTraps);
			assertThat(proxy.sprung()).isEqualTo(i);
		}
		assertThat(this.handled.executions()).isEqualTo(expected);
		assertThat(producer.stats().taken() + producer.size() + producer.stats().delayed()).isZero();
	}

	@Test
	void row21whatACutOffListenerHasInHandGoesElsewhereAndItConsumesAgainLater() {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> other = this.fixture.queue(OPTIONS);
		holdOne(this.fixture.queue(proxy, OPTIONS), other);
		proxy.hole();
		RedisQueueListenerContainer<String> rescuer = this.fixture.listen(other, ListenerOptions.defaults(),
				this.elsewhere);
		await().until(() -> other.stats().acked() == 1);
		assertThat(this.elsewhere.executions()).containsExactly("a 2");
		await().until(() -> this.handled.interrupted().contains("a 1"));
		this.handled.release();
		proxy.heal();
		rescuer.stop();
		other.put("b");
		await().until(() -> other.stats().acked() == 2);
		assertThat(this.handled.executions()).containsExactly("a 1", "b 1");
		assertThat(other.stats()).satisfies((stats) -> assertThat(stats.delayed() + stats.dead() + stats.ready())
			.as("of the message that it had lost")
			.isZero());
	}

	@Test
	void row22theWaitOfAKilledProcessStrandsNothing() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		ChildJvm ghost = listener(proxy.port(), QueueOptions.defaults());
		await().until(() -> this.fixture.blockedClients() == 1);
		proxy.hole();
		ghost.kill();
		this.fixture.listen(this.fixture.queue(), ListenerOptions.defaults(), this.handled);
		await().until(() -> this.fixture.blockedClients() == 2);
		this.fixture.pushFirst("x");
		MachineClock pushed = MachineClock.start();
		await().until(() -> this.handled.executions().contains("x 1"));
		assertThat(pushed.elapsed()).isLessThan(Duration.ofSeconds(6));
	}

	@Test
	void row23inAStormOfResetsNothingIsLostOrDoneTwice() throws Exception {
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(20));
		List<FaultProxy> proxies = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			FaultProxy proxy = this.fixture.proxy();
			proxies.add(proxy);
			this.fixture.listen(this.fixture.queue(proxy, options), ListenerOptions.defaults().withConcurrency(4),
					this.handled);
		}
		RedisQueue<String> producer = this.fixture.queue(options);
		int resets = Scale.of(15, 150);
		AtomicLong put = new AtomicLong();
		for (int i = 0; i < resets; i++) {
			MachineClock since = MachineClock.start();
			while (since.elapsed().toMillis() < 200) {
				producer.put("message " + put.incrementAndGet());
			}
			proxies.forEach(FaultProxy::reset);
		}
		await().until(() -> producer.stats().acked() == put.get());
		assertThat(this.handled.executions()).as("each of another attempt").doesNotHaveDuplicates();
		assertThat(new HashSet<>(this.handled.payloads())).hasSize((int) put.get());
		assertThat(producer.stats().taken() + producer.size() + producer.stats().dead()).isZero();
	}

	@Test
	void row24slowRepliesAndAPausedRedisCostNoLease() {
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(12));
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> other = this.fixture.queue(options);
		holdOne(this.fixture.queue(proxy, options), other);
		proxy.delayReplies(Duration.ofMillis(200));
		this.fixture.listen(other, ListenerOptions.defaults(), this.elsewhere);
		MachineClock since = MachineClock.start();
		this.fixture.redis().clientPause(3000);
		await().until(() -> since.elapsed().compareTo(options.lease().plusSeconds(2)) > 0);
		this.handled.release();
		await().until(() -> other.stats().acked() == 1);
		assertThat(this.handled.interrupted()).isEmpty();
		assertThat(this.elsewhere.executions()).isEmpty();
		other.put("b");
		await().until(() -> other.stats().acked() == 2);
		assertThat(other.stats().recovered()).isZero();
	}

	/** One message, in the hand of a listener of that queue. */
	private void holdOne(RedisQueue<String> queue, RedisQueue<String> producer) {
		this.handled.hold();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		producer.put("a");
		await().until(() -> this.handled.executions().contains("a 1"));
	}

	private ChildJvm listener(int port, QueueOptions options) {
		return this.fixture.child(ListenerProcess.class, port, this.fixture.name(), options.lease().toMillis(),
				options.maxAttempts(), 4);
	}

	/** The processor time that the process has used so far, in nanoseconds. */
	private static long cpu(ChildJvm child, int question) throws InterruptedException {
		child.say("processor " + question);
		return Long.parseLong(child.await("processor " + question + " ", SOON));
	}

	/** The outage lasts; nothing is waited for but its length. */
	private static void pause(Duration length) {
		long end = System.nanoTime() + length.toNanos();
		for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	private long commandsProcessed() {
		return this.fixture.redis()
			.info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_commands_processed:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
			.sum();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).ignoreExceptions();
	}

}
