package dev.redisqueue;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTests {

	@Test
	void defaultsAreThoseThatAreDocumented() {
		QueueOptions options = QueueOptions.defaults();
		assertThat(options.namespace()).isEqualTo("queue");
		assertThat(options.format()).isEqualTo(MessageFormat.FRAMED);
		assertThat(options.lease()).isEqualTo(Duration.ofSeconds(30));
		assertThat(options.maxAttempts()).isEqualTo(10);
		assertThat(options.maxPutBytes()).isEqualTo(1 << 20);
		assertThat(options.maxReceivedBytes()).isEqualTo(8 << 20);
		assertThat(options.database()).isNull();
		assertThat(options.holdWarning()).isEqualTo(Duration.ofMinutes(10));
		assertThat(options.maxHold()).isNull();
		assertThat(options.expiredMessages()).isEqualTo(ExpiryPolicy.BURY);
		assertThat(options.maxSize()).isZero();
		assertThat(options.whenFull()).isEqualTo(OverflowPolicy.REJECT);
		assertThat(options.putTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(options.deadLetterLimit()).isZero();
		assertThat(options.deadLetterAge()).isNull();
		assertThat(options.transactions()).isEqualTo(TransactionMode.AFTER_COMMIT);
	}

	@Test
	void valuesOutOfRangeNameThemselves() {
		QueueOptions options = QueueOptions.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> options.withLease(Duration.ofMillis(999)))
			.withMessageContaining("lease")
			.withMessageContaining("PT0.999S");
		assertThatIllegalArgumentException().isThrownBy(() -> options.withLease(Duration.ofHours(2)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withMaxAttempts(0));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withMaxPutBytes(0));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withMaxReceivedBytes(0));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withDatabase(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withHoldWarning(Duration.ofMillis(999)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withMaxHold(Duration.ofMillis(999)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withMaxSize(-1)).withMessageContaining("maxSize");
		assertThatIllegalArgumentException().isThrownBy(() -> options.withPutTimeout(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withDeadLetterLimit(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withDeadLetterAge(Duration.ofMillis(999)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withNamespace("a{b}"))
			.withMessageContaining("namespace");
	}

	@Test
	void eachOptionIsSetAloneAndKeepsTheOthers() {
		QueueOptions options = QueueOptions.defaults()
			.withNamespace("n")
			.withFormat(MessageFormat.RAW)
			.withLease(Duration.ofSeconds(2))
			.withMaxAttempts(3)
			.withBackoff(Backoff.fixed(Duration.ZERO))
			.withMaxPutBytes(4)
			.withMaxReceivedBytes(5)
			.withDatabase(6)
			.withHoldWarning(Duration.ofSeconds(7))
			.withMaxHold(Duration.ofSeconds(12))
			.withExpiredMessages(ExpiryPolicy.DISCARD)
			.withMaxSize(8)
			.withWhenFull(OverflowPolicy.BLOCK)
			.withPutTimeout(Duration.ofSeconds(9))
			.withDeadLetterLimit(10)
			.withDeadLetterAge(Duration.ofDays(11))
			.withTransactions(TransactionMode.NONE);
		assertThat(options.namespace()).isEqualTo("n");
		assertThat(options.format()).isEqualTo(MessageFormat.RAW);
		assertThat(options.lease()).isEqualTo(Duration.ofSeconds(2));
		assertThat(options.maxAttempts()).isEqualTo(3);
		assertThat(options.backoff()).isEqualTo(Backoff.fixed(Duration.ZERO));
		assertThat(options.maxPutBytes()).isEqualTo(4);
		assertThat(options.maxReceivedBytes()).isEqualTo(5);
		assertThat(options.database()).isEqualTo(6);
		assertThat(options.holdWarning()).isEqualTo(Duration.ofSeconds(7));
		assertThat(options.maxHold()).isEqualTo(Duration.ofSeconds(12));
		assertThat(options.expiredMessages()).isEqualTo(ExpiryPolicy.DISCARD);
		assertThat(options.maxSize()).isEqualTo(8);
		assertThat(options.whenFull()).isEqualTo(OverflowPolicy.BLOCK);
		assertThat(options.putTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(options.deadLetterLimit()).isEqualTo(10);
		assertThat(options.deadLetterAge()).isEqualTo(Duration.ofDays(11));
		assertThat(options.transactions()).isEqualTo(TransactionMode.NONE);
	}

	@Test
	void putOptionsAreImmutable() {
		PutOptions options = PutOptions.create().header("a", "1");
		options.header("b", "2").delay(Duration.ofSeconds(1)).id("x");
		assertThat(options.headers()).containsOnlyKeys("a");
		assertThat(options.delay()).isEmpty();
		assertThat(options.id()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "put-at", "attempt", "expires-at", "reason", "Upper", "", "a b", "a:b", "a\nb" })
	void headerNamesThatAreReservedOrMalformedAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().header(name, "x"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\nb", "é" })
	void idsThatWouldBreakLogsAreRefused(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().id(id));
	}

	@Test
	void durationsOutOfRangeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().delay(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().delay(Duration.ofDays(99999)));
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().expireAfter(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().unique("k", Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> PutOptions.create().unique("", Duration.ofDays(1)));
	}

	@Test
	void exponentialBackoffStaysUnderItsDoublingLimit() {
		Backoff backoff = Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10));
		for (int attempt = 1; attempt < 100; attempt++) {
			long limit = (long) Math.min(1000 * Math.pow(2, attempt - 1), 600_000);
			assertThat(backoff.delay(attempt)).isBetween(Duration.ZERO, Duration.ofMillis(limit));
		}
		assertThat(backoff).isEqualTo(Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Backoff.exponential(Duration.ofSeconds(2), Duration.ofSeconds(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.fixed(Duration.ofMillis(-1)));
	}

}
