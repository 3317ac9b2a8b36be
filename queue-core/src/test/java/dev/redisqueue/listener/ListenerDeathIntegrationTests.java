package dev.redisqueue.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes with a listener die, or stand still for longer than their lease.
 */
@Tag("faults")
@Timeout(180)
class ListenerDeathIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final QueueOptions OPTIONS = QueueOptions.defaults().withLease(Duration.ofSeconds(5));

	@RegisterExtension
	final QueueFixture fixture = QueueFixture.withOwnServer();

	private final Handled handled = new Handled();

	@Test
	void row1whatAKilledProcessHadInHandIsHandledElsewhereAsASecondAttempt() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(List.of("hold a", "hold b", "c"));
		ChildJvm child = listener(this.fixture.server().port(), OPTIONS);
		child.await("began hold a 1", SOON);
		child.await("began hold b 1", SOON);
		await().until(() -> queue.stats().acked() == 1);
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		child.kill();
		await().until(() -> queue.stats().acked() == 3);
		assertThat(this.handled.executions()).containsExactlyInAnyOrder("hold a 2", "hold b 2");
	}

	@Test
	void row2aProcessKilledBetweenHandlerAndAcknowledgementHasItsMessageHandledAgain() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("hold a");
		ChildJvm child = listener(proxy.port(), OPTIONS);
		child.await("began hold a 1", SOON);
		proxy.hole();
		child.say("go");
		child.await("ended hold a 1", SOON);
		child.kill();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		await().until(() -> queue.stats().acked() == 1);
		assertThat(this.handled.executions()).containsExactly("hold a 2");
	}

	@Test
	void row3aMessageThatKillsEveryProcessBecomesADeadLetterAndTheOthersAreHandled() throws Exception {
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(3)).withMaxAttempts(3);
		RedisQueue<String> queue = this.fixture.queue(options);
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(10));
		queue.put("halt");
		queue.putAll(RedisQueueListenerContainerIntegrationTests.numbers(10));
		for (int killed = 1; killed <= 3; killed++) {
			ChildJvm child = listener(this.fixture.server().port(), options);
			assertThat(child.exitCode(SOON)).as("killed by the message").isEqualTo(3);
			assertThat(child.lines()).contains("began halt " + killed);
		}
		listener(this.fixture.server().port(), options);
		await().untilAsserted(() -> assertThat(queue.stats()).satisfies((stats) -> {
			assertThat(stats.acked()).as(stats.toString()).isEqualTo(20);
			assertThat(stats.dead()).isEqualTo(1);
		}));
		assertThat(queue.deadLetters().list(0, 10)).singleElement().satisfies((DeadLetter<String> letter) -> {
			assertThat(letter.payload()).isEqualTo("halt");
			assertThat(letter.attempts()).isEqualTo(3);
			assertThat(letter.reason()).contains("attempts exhausted");
		});
		assertThat(queue.size() + queue.stats().taken()).isZero();
	}

	@Test
	void row3whatIsDoneIsAcknowledgedBeforeAMessageThatMayKillRunsAlone() throws Exception {
		QueueOptions options = OPTIONS.withMaxAttempts(2);
		RedisQueue<String> queue = this.fixture.queue(options);
		queue.putAll(List.of("hold a", "hold b", "hold c"));
		ChildJvm child = listener(this.fixture.server().port(), options);
		for (String payload : List.of("a", "b", "c")) {
			child.await("began hold " + payload + " 1", SOON);
		}
		child.kill();
		List<Long> acked = new CopyOnWriteArrayList<>();
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(3),
				DeliveryHandler.each((delivery) -> acked.add(queue.stats().acked())));
		await().until(() -> queue.stats().acked() == 3);
		assertThat(acked).as("acknowledged when each of them began").containsExactly(0L, 1L, 2L);
	}

	@Test
	void row7whoeverIsStoppedPastItsLeaseIsInterruptedAndAcknowledgesNothing() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.put("hold a");
		ChildJvm zombie = listener(this.fixture.server().port(), OPTIONS);
		zombie.await("began hold a 1", SOON);
		zombie.pause();
		this.handled.hold();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		await().until(() -> this.handled.executions().contains("hold a 2"));
		zombie.resume();
		zombie.await("interrupted hold a", SOON);
		zombie.say("go");
		zombie.await("ended hold a 1", SOON);
		awaitEnd(zombie);
		assertThat(queue.stats().acked()).isZero();
		assertThat(queue.stats().taken()).as("with its new owner").isEqualTo(1);
		this.handled.release();
		await().until(() -> queue.stats().acked() == 1);
		assertThat(this.handled.executions()).containsExactly("hold a 2");
	}

	@Test
	void row8whatAZombieWouldRetryOrBuryStaysWithItsNewOwner() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(OPTIONS);
		queue.putAll(List.of("fail a", "bury b"));
		ChildJvm zombie = listener(this.fixture.server().port(), OPTIONS);
		zombie.await("began fail a 1", SOON);
		zombie.await("began bury b 1", SOON);
		zombie.pause();
		this.handled.hold();
		this.fixture.listen(queue, ListenerOptions.defaults().withConcurrency(2), this.handled);
		await().until(() -> this.handled.executions().size() == 2);
		zombie.resume();
		zombie.await("interrupted fail a", SOON);
		zombie.await("interrupted bury b", SOON);
		zombie.say("go");
		awaitEnd(zombie);
		assertThat(queue.stats()).satisfies((stats) -> {
			assertThat(stats.ready() + stats.delayed() + stats.dead()).as("second copies").isZero();
			assertThat(stats.retried() + stats.buried() + stats.acked()).isZero();
			assertThat(stats.taken()).isEqualTo(2);
		});
		this.handled.release();
		await().until(() -> queue.stats().acked() == 2);
		assertThat(this.handled.executions()).containsExactlyInAnyOrder("fail a 2", "bury b 2");
	}

	@Test
	void row9aPauseShorterThanTheLeaseChangesNothing() throws Exception {
		QueueOptions options = OPTIONS.withLease(Duration.ofSeconds(8));
		RedisQueue<String> queue = this.fixture.queue(options);
		queue.put("hold a");
		ChildJvm child = listener(this.fixture.server().port(), options);
		child.await("began hold a 1", SOON);
		child.pause();
		this.fixture.listen(queue, ListenerOptions.defaults(), this.handled);
		await().until(() -> this.fixture.shortestLease().compareTo(Duration.ofSeconds(4)) < 0);
		child.resume();
		await().until(() -> this.fixture.shortestLease().compareTo(Duration.ofSeconds(5)) > 0);
		child.say("go");
		child.await("ended hold a 1", SOON);
		await().until(() -> queue.stats().acked() == 1);
		assertThat(child.lines()).doesNotContain("interrupted hold a");
		assertThat(this.handled.executions()).isEmpty();
		assertThat(queue.stats().recovered()).isZero();
	}

	private ChildJvm listener(int port, QueueOptions options) {
		return this.fixture.child(ListenerProcess.class, port, this.fixture.name(), options.lease().toMillis(),
				options.maxAttempts(), 4);
	}

	/** By then its handlers are through, and what it had to say to Redis is said. */
	private static void awaitEnd(ChildJvm child) throws InterruptedException {
		child.terminate();
		assertThat(child.exitCode(SOON)).isEqualTo(128 + 15);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20));
	}

}
