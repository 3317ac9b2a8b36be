package dev.redisqueue.redis.put;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.PutRefusedException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.TransactionMode;
import dev.redisqueue.testing.LogEvents;
import dev.redisqueue.testing.QueueFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is put within a transaction is sent when that has committed, or not at all.
 */
@Timeout(60)
class TransactionIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private final Transactions transactions = new Transactions();

	private final TransactionTemplate template = new TransactionTemplate(this.transactions);

	private RedisQueue<String> queue;

	private LogEvents events;

	@BeforeEach
	void create() {
		this.queue = this.fixture.queue();
		this.events = LogEvents.of(AfterCommit.class, this.fixture.name());
	}

	@AfterEach
	void stop() {
		this.events.close();
	}

	@Test
	void whatIsPutIsThereAfterTheCommitInOrder() {
		this.template.executeWithoutResult((status) -> {
			this.queue.put("a");
			this.queue.putAll(List.of("b", "c"));
			assertThat(this.queue.put("d", PutOptions.create().header("k", "v"))).isTrue();
			assertThat(this.queue.size()).as("within the transaction").isZero();
		});
		assertThat(payloads()).containsExactly("a", "b", "c", "d");
	}

	@Test
	void aRollbackPutsNothing() {
		this.template.executeWithoutResult((status) -> {
			this.queue.put("a");
			this.queue.put("later", PutOptions.create().delay(Duration.ofHours(1)));
			status.setRollbackOnly();
		});
		assertThatThrownBy(() -> this.template.executeWithoutResult((status) -> {
			this.queue.put("b");
			throw new IllegalStateException("rolled back");
		})).hasMessage("rolled back");
		assertThat(this.queue.size()).isZero();
		assertThat(this.queue.stats().delayed()).isZero();
		this.queue.put("after the transaction");
		assertThat(payloads()).containsExactly("after the transaction");
	}

	@Test
	void badInputFailsAtOnce() {
		RedisQueue<String> small = this.fixture.process()
			.create(this.fixture.name(), String.class, QueueOptions.defaults().withMaxPutBytes(3).withMaxSize(2));
		this.template.executeWithoutResult((status) -> {
			assertThatThrownBy(() -> small.put("much too long")).isInstanceOf(PutRefusedException.class);
			assertThatThrownBy(() -> small.putAll(List.of("ok", "much too long")))
				.isInstanceOf(PutRefusedException.class);
			assertThatThrownBy(() -> small.putAll(List.of("a", "b", "c"))).isInstanceOf(PutRefusedException.class);
			assertThatIllegalArgumentException().isThrownBy(() -> nothing(small));
		});
		assertThat(this.queue.isEmpty()).isTrue();
	}

	@SuppressWarnings("NullAway")
	private static void nothing(RedisQueue<String> queue) {
		queue.put(null);
	}

	@Test
	void aUniquePutAnswersAtOnce() {
		PutOptions unique = PutOptions.create().unique("k", Duration.ofMinutes(1));
		this.template.executeWithoutResult((status) -> {
			assertThat(this.queue.put("a", unique)).isTrue();
			assertThat(this.queue.put("b", unique)).isFalse();
			assertThat(this.queue.size()).isEqualTo(1);
		});
		assertThat(payloads()).containsExactly("a");
	}

	@Test
	void aDelayCountsFromTheCommitOnAndNotBefore() throws Exception {
		this.template.executeWithoutResult((status) -> {
			this.queue.put("a", PutOptions.create().delay(Duration.ofMillis(50)));
			assertThat(this.queue.stats().delayed()).isZero();
		});
		assertThat(this.queue.get(SOON)).contains("a");
	}

	@Test
	void aQueueMayKeepOutOfTransactions() {
		RedisQueue<String> direct = this.fixture.queue(QueueOptions.defaults().withTransactions(TransactionMode.NONE));
		this.template.executeWithoutResult((status) -> {
			direct.put("a");
			direct.put("b", PutOptions.create());
			direct.putAll(List.of("c"));
			assertThat(this.queue.size()).isEqualTo(3);
			status.setRollbackOnly();
		});
		assertThat(payloads()).containsExactly("a", "b", "c");
	}

	@Test
	void aFailureAfterTheCommitIsThrownFromItWhenAllOthersWereSent() {
		RedisQueue<String> bounded = this.fixture.queue(QueueOptions.defaults().withMaxSize(1));
		assertThatThrownBy(() -> this.template.executeWithoutResult((status) -> {
			this.queue.put("a");
			bounded.put("b", PutOptions.create().id("m2"));
			this.queue.put("c");
			bounded.put("d", PutOptions.create().id("m4"));
		})).isInstanceOf(PutRefusedException.class).hasMessageContaining("message m2").satisfies((failure) -> {
			assertThat(failure.getSuppressed()).hasSize(1);
			assertThat(failure.getSuppressed()[0]).hasMessageContaining("message m4");
		});
		assertThat(this.transactions.committed).isEqualTo(1);
		assertThat(this.events.lines()).hasSize(2)
			.allMatch((line) -> line.startsWith("ERROR ") && line.contains("has committed"))
			.anyMatch((line) -> line.contains("message m2"))
			.anyMatch((line) -> line.contains("message m4"));
		assertThat(payloads()).containsExactly("a", "c");
	}

	@Test
	void anErrorAfterTheCommitSendsNothingTwice() {
		assertThatThrownBy(() -> this.template.executeWithoutResult((status) -> {
			this.queue.put("a");
			AfterCommit.send(this.fixture.name(), "b", () -> {
				throw new StackOverflowError("not really");
			});
			this.queue.put("c");
		})).isInstanceOf(StackOverflowError.class);
		assertThat(payloads()).containsExactly("a", "c");
	}

	@Test
	void anUnknownCommitPutsNothingAndSaysSo() {
		this.transactions.failing = true;
		assertThatThrownBy(() -> this.template.executeWithoutResult((status) -> {
			this.queue.put("a", PutOptions.create().id("m1"));
		})).isInstanceOf(TransactionSystemException.class);
		assertThat(this.queue.isEmpty()).isTrue();
		assertThat(this.events.lines()).hasSize(1).first().asString().contains("ERROR", "message m1", "was not put");
	}

	@Test
	void aSuspendedTransactionKeepsItsOwn() {
		TransactionTemplate inner = new TransactionTemplate(this.transactions);
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		TransactionTemplate outside = new TransactionTemplate(this.transactions);
		outside.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		this.template.executeWithoutResult((status) -> {
			this.queue.put("outer");
			inner.executeWithoutResult((nested) -> this.queue.put("inner"));
			outside.executeWithoutResult((none) -> this.queue.put("at once"));
			assertThat(this.queue.size()).isEqualTo(2);
		});
		assertThat(payloads()).containsExactly("inner", "at once", "outer");
	}

	@Test
	void whatCameAfterASavepointGoesWithIt() {
		TransactionTemplate nested = new TransactionTemplate(this.transactions);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.template.executeWithoutResult((status) -> {
			nested.executeWithoutResult((inner) -> {
				this.queue.put("before the first");
				inner.setRollbackOnly();
			});
			this.queue.put("a");
			nested.executeWithoutResult((inner) -> {
				this.queue.put("b");
				inner.setRollbackOnly();
			});
			nested.executeWithoutResult((inner) -> this.queue.put("c"));
		});
		assertThat(payloads()).containsExactly("a", "c");
	}

	@Test
	void whatOtherCodePutsAfterTheCommitIsNotLost() {
		this.template.executeWithoutResult((status) -> onCommit("first"));
		this.template.executeWithoutResult((status) -> {
			onCommit("third");
			this.queue.put("second");
		});
		assertThat(payloads()).containsExactlyInAnyOrder("first", "second", "third");
	}

	private void onCommit(String payload) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				TransactionIntegrationTests.this.queue.put(payload);
			}

		});
	}

	private List<String> payloads() {
		List<String> payloads = new java.util.ArrayList<>();
		for (Optional<String> got = this.queue.getNowait(); got.isPresent(); got = this.queue.getNowait()) {
			payloads.add(got.get());
		}
		return payloads;
	}

	@Test
	void withoutATransactionAPutIsSentAtOnce() throws Exception {
		this.queue.put("a");
		assertThat(this.queue.take(SOON).map(Delivery::payload)).contains("a");
	}

}
