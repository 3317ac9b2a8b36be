package dev.redisqueue.listener;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.redisqueue.Backoff;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.testing.QueueFixture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the code of the application does when it is called for one message, the other
 * messages are handled, and the listener goes on.
 */
@Timeout(120)
class UserCodeIntegrationTests {

	private static final String BAD = "bad";

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void endWhatHangs() {
		this.end.countDown();
	}

	static Stream<Arguments> misbehaviour() {
		return Stream.of(Place.values())
			.flatMap((place) -> Stream.of(Misbehaviour.values())
				.filter((misbehaviour) -> place.returnsDuration || misbehaviour.isOfAnything)
				.map((misbehaviour) -> Arguments.of(place, misbehaviour)));
	}

	@ParameterizedTest
	@MethodSource("misbehaviour")
	void staysWithItsMessage(Place place, Misbehaviour misbehaviour) {
		Backoff backoff = (attempt) -> (place == Place.BACKOFF) ? misbehave(misbehaviour) : Duration.ofMillis(10);
		RedisQueue<String> queue = this.fixture.process()
			.create(this.fixture.name(), codec(place, misbehaviour),
					QueueOptions.defaults().withMaxAttempts(2).withBackoff(backoff));
		AtomicInteger good = new AtomicInteger();
		RedisQueueListenerContainer<String> listener = this.fixture
			.listen(queue,
					ListenerOptions.defaults()
						.withConcurrency(4)
						.withHandlerTimeout(Duration.ofMillis(500))
						.withTaskDecorator((task) -> decorated(task, place, misbehaviour))
						.withFailurePolicy((delivery, failure) -> (place == Place.POLICY)
								? FailureOutcome.retry(misbehave(misbehaviour)) : FailureOutcome.retry()),
					(deliveries) -> {
						if (!deliveries.get(0).payload().equals(BAD)) {
							good.incrementAndGet();
						}
						else if (place == Place.HANDLER) {
							misbehave(misbehaviour);
						}
						else {
							throw new IllegalStateException("asks the failure policy");
						}
					});
		queue.put(BAD);
		queue.putAll(Collections.nCopies(50, "good"));
		await().until(() -> good.get() == 50);
		if (misbehaviour != Misbehaviour.HANGS) {
			await().until(() -> queue.stats().dead() + queue.stats().delayed() + queue.stats().acked() == 51);
		}
		assertThat(listener.state()).isEqualTo(ListenerState.RUNNING);
		queue.putAll(Collections.nCopies(50, "good"));
		await().until(() -> good.get() == 100);
	}

	private Runnable decorated(Runnable task, Place place, Misbehaviour misbehaviour) {
		// The first call is that of the bad message, or of one that is tried again.
		boolean first = place == Place.DECORATOR && this.decorated.getAndIncrement() == 0;
		return () -> {
			if (first) {
				misbehave(misbehaviour);
			}
			task.run();
		};
	}

	private final AtomicInteger decorated = new AtomicInteger();

	private PayloadCodec<String> codec(Place place, Misbehaviour misbehaviour) {
		return new PayloadCodec<>() {

			@Override
			public byte[] encode(String payload) {
				return QueueFixture.bytes(payload);
			}

			@Override
			public @Nullable String decode(byte[] bytes) {
				String payload = QueueFixture.text(bytes);
				if (place == Place.CODEC && payload.equals(BAD)) {
					misbehave(misbehaviour);
					return null;
				}
				return payload;
			}

		};
	}

	private @Nullable Duration misbehave(Misbehaviour misbehaviour) {
		return switch (misbehaviour) {
			case THROWS -> throw new IllegalStateException("thrown by the application");
			case THROWS_ERROR -> throw new AssertionError("thrown by the application");
			case RETURNS_NULL -> null;
			case RETURNS_NEGATIVE -> Duration.ofSeconds(-1);
			case RETURNS_HUGE -> Duration.ofSeconds(Long.MAX_VALUE);
			case HANGS -> {
				StubbornWait.until(this.end);
				yield Duration.ZERO;
			}
		};
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	enum Place {

		HANDLER(false), POLICY(true), BACKOFF(true), CODEC(false), DECORATOR(false);

		private final boolean returnsDuration;

		Place(boolean returnsDuration) {
			this.returnsDuration = returnsDuration;
		}

	}

	enum Misbehaviour {

		THROWS(true), THROWS_ERROR(true), RETURNS_NULL(true), RETURNS_NEGATIVE(false), RETURNS_HUGE(false), HANGS(true);

		private final boolean isOfAnything;

		Misbehaviour(boolean isOfAnything) {
			this.isOfAnything = isOfAnything;
		}

	}

}
