package dev.redisqueue.redis.link;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** After a reply that could not be read, none is believed. */
class OpenConnectionIntegrationTests {

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	private OpenConnection open() {
		LettuceConnectionFactory factory = this.fixture.connectionFactory(this.fixture.server().port(),
				Duration.ofSeconds(10));
		factory.setShareNativeConnection(false);
		RedisConnection connection = factory.getConnection();
		return OpenConnection.of(connection);
	}

	static Stream<Throwable> unread() {
		return Stream.of(new OutOfMemoryError("provoked"), new StackOverflowError("provoked"),
				new IllegalStateException("provoked"), new ClassCastException("provoked"));
	}

	@ParameterizedTest
	@MethodSource("unread")
	void noReplyIsBelievedAfterOneThatCouldNotBeRead(Throwable failure) {
		try (OpenConnection connection = open()) {
			CompletableFuture<String> unread = new CompletableFuture<>();
			CompletableFuture<String> next = new CompletableFuture<>();
			CompletableFuture<String> watchedUnread = connection.watched(unread);
			CompletableFuture<String> watchedNext = connection.watched(next);
			unread.completeExceptionally(failure);
			next.complete("the rest of the first reply");
			assertThat(connection.isOdd()).isTrue();
			assertThatThrownBy(watchedUnread::get).isInstanceOf(ExecutionException.class).hasCause(failure);
			assertThatThrownBy(watchedNext::get).isInstanceOf(ExecutionException.class)
				.satisfies((ex) -> assertThat(Fate.of(ex)).isEqualTo(Fate.UNKNOWN));
		}
	}

	static Stream<Throwable> read() {
		return Stream.of(new RedisCommandExecutionException("WRONGTYPE"), new RedisException("Connection closed"),
				new IOException("reset"));
	}

	@ParameterizedTest
	@MethodSource("read")
	void whatRedisOrTheNetworkSaysIsNoReasonForThat(Throwable failure) throws Exception {
		try (OpenConnection connection = open()) {
			connection.watched(CompletableFuture.failedFuture(failure));
			assertThat(connection.isOdd()).isFalse();
			assertThat(connection.watched(CompletableFuture.completedFuture("reply")).get()).isEqualTo("reply");
		}
	}

	@Test
	void whoeverGivesUpAReplyHasReadNone() {
		try (OpenConnection connection = open()) {
			CompletableFuture<String> reply = new CompletableFuture<>();
			connection.watched(reply);
			reply.cancel(false);
			assertThat(connection.isOdd()).isFalse();
		}
	}

}
