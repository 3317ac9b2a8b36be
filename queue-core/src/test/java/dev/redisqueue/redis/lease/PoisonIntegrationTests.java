package dev.redisqueue.redis.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.DeadLetter;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.ChildJvm;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A payload that kills every process which reads it (fault 3, rule 5). */
@Tag("faults")
@Timeout(300)
class PoisonIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	@RegisterExtension
	private final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void poisonBecomesADeadLetterAfterItsAttemptsAndItsBatchMatesDoNot() throws Exception {
		RedisQueue<String> queue = this.fixture.queue(QueueOptions.defaults().withMaxAttempts(2));
		queue.putAll(List.of("a", "b", "poison", "c", "d", "e"));
		List<String> handled = new ArrayList<>();
		for (int killed = 1; killed <= 2; killed++) {
			ChildJvm child = handler();
			assertThat(child.exitCode(SOON)).as("killed by the payload").isEqualTo(3);
			handled.addAll(child.lines());
			this.fixture.expireLeases();
		}
		ChildJvm last = handler();
		last.await("handled e", SOON);
		assertThat(queue.stats().acked()).isEqualTo(5);
		handled.addAll(last.lines());
		assertThat(handled).filteredOn((line) -> line.startsWith("handled"))
			.containsExactly("handled a 1 true", "handled b 1 true", "handled c 2 true", "handled d 2 true",
					"handled e 2 true");
		assertThat(queue.deadLetters().list(0, 10)).singleElement().satisfies((DeadLetter<String> letter) -> {
			assertThat(letter.payload()).isEqualTo("poison");
			assertThat(letter.attempts()).isEqualTo(2);
			assertThat(letter.reason()).contains("attempts exhausted");
		});
		assertThat(queue.size() + queue.stats().taken()).isZero();
	}

	private ChildJvm handler() {
		return this.fixture.child(ConsumerProcess.class, List.of(), this.fixture.server().port(), this.fixture.name(),
				30_000, 2, "handle", 10);
	}

}
