package dev.redisqueue.listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.Map;

import dev.redisqueue.Delivery;
import dev.redisqueue.UndecodablePayloadException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class ClassFailurePolicyTests {

	private final Delivery<?> delivery = mock(Delivery.class);

	@Test
	void aCauseDecidesWhereWhatWrapsItFitsNoEntry() {
		FailurePolicy policy = FailurePolicy.byClass(Map.of(ConnectException.class, FailureOutcome.release()));
		assertThat(decide(policy, new IllegalStateException(new UncheckedIOException(new ConnectException("refused")))))
			.isEqualTo(FailureOutcome.Action.RELEASE);
		assertThat(decide(policy, new IllegalStateException(new IOException("other"))))
			.isEqualTo(FailureOutcome.Action.RETRY);
	}

	@Test
	void theOutermostThatFitsDecides() {
		FailurePolicy policy = FailurePolicy.byClass(
				Map.of(UncheckedIOException.class, FailureOutcome.discard(), IOException.class, FailureOutcome.bury()));
		assertThat(decide(policy, new UncheckedIOException(new IOException("inner"))))
			.isEqualTo(FailureOutcome.Action.DISCARD);
		assertThat(decide(policy, new ConnectException("a subclass"))).isEqualTo(FailureOutcome.Action.BURY);
	}

	@Test
	void whatCannotBeDecodedIsBuriedHoweverItIsWrapped() {
		Exception undecodable = new UndecodablePayloadException("orders", "m1", null, "no payload", null);
		assertThat(decide(FailurePolicy.defaults(), new IllegalStateException(undecodable)))
			.isEqualTo(FailureOutcome.Action.BURY);
	}

	@Test
	void causesThatGoInACircleEnd() {
		Exception one = new IllegalStateException("one");
		Exception other = new IllegalStateException("other", one);
		one.initCause(other);
		assertThat(decide(FailurePolicy.defaults(), one)).isEqualTo(FailureOutcome.Action.RETRY);
	}

	private FailureOutcome.Action decide(FailurePolicy policy, Throwable failure) {
		return policy.decide(this.delivery, failure).action();
	}

}
