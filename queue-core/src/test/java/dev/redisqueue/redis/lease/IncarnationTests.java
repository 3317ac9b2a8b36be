package dev.redisqueue.redis.lease;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;

import dev.redisqueue.redis.lease.Incarnation.Tags;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each tag has one owner, who gives it back. */
class IncarnationTests {

	private final Incarnation incarnation = new Incarnation("consumer", System.nanoTime());

	private static byte[] message() {
		return "payload".getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void aReplyThatCannotBeReadLeavesTheTakeToBeRepeated() {
		Tags tags = this.incarnation.reserve(2);
		List<Object> odd = List.of(message(), new Object());
		assertThatThrownBy(() -> this.incarnation.lend(tags, odd)).isInstanceOf(RuntimeException.class);
		assertThat(this.incarnation.loans()).isEmpty();
		this.incarnation.repeatLater(tags);
		assertThat(this.incarnation.pollUnseen()).isSameAs(tags);
		assertThat(this.incarnation.pollUnseen()).as("has an owner").isNull();
		assertThat(this.incarnation.lend(tags, List.of(message(), message()))).hasSize(2);
		assertThat(this.incarnation.agrees(2)).isTrue();
	}

	@Test
	void takesAreRepeatedInTheirOrderAndEachByOneTaker() {
		Tags first = this.incarnation.reserve(10);
		Tags second = this.incarnation.reserve(10);
		Tags third = this.incarnation.reserve(10);
		List.of(third, first, second).forEach(this.incarnation::repeatLater);
		assertThat(this.incarnation.pollUnseen()).isSameAs(first);
		assertThat(this.incarnation.pollUnseen()).isSameAs(second);
		assertThat(this.incarnation.hasUnseen()).isTrue();
		this.incarnation.dropUnseen();
		assertThat(this.incarnation.hasUnseen()).isFalse();
		assertThat(this.incarnation.pollUnseen()).isNull();
	}

	@Test
	void whatWasGivenBackIsNotRepeated() {
		Tags tags = this.incarnation.reserve(1);
		this.incarnation.release(tags);
		this.incarnation.repeatLater(tags);
		assertThat(this.incarnation.pollUnseen()).isNull();
		assertThat(this.incarnation.agrees(0)).isTrue();
	}

	@Test
	void whatNobodyHasInHandIsUnknownFromThenOn() {
		Tags tags = this.incarnation.reserve(3);
		List<Loan> loans = this.incarnation.lend(tags, List.of(message(), message(), message()));
		Loan.abandon(loans.subList(1, 3));
		TreeSet<Long> held = new TreeSet<>(List.of(1L, 2L, 3L));
		assertThat(this.incarnation.reconcile(held)).as("may be settled at this moment").isEmpty();
		assertThat(this.incarnation.reconcile(held)).containsExactly(2L, 3L);
		assertThat(this.incarnation.loans()).containsExactly(loans.get(0));
	}

}
