package dev.redisqueue.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOutcomeUnknownException;
import dev.redisqueue.QueueOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.Async;
import dev.redisqueue.testing.FaultProxy;
import dev.redisqueue.testing.FaultProxy.Fault;
import dev.redisqueue.testing.QueueFixture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A reply that is not the one to its command ends the connection: those after it would be
 * believed by commands that they do not belong to.
 */
@Tag("faults")
@Timeout(120)
class OddReplyIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	private final QueueFixture fixture = new QueueFixture();

	@Test
	void whatComesAfterASurplusReplyIsNotBelieved() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults());
		queue.put("a");
		int before = proxy.connections();
		proxy.trap(Fault.SURPLUS_REPLY, "RPUSH");
		queue.put("b");
		assertThat(proxy.sprung()).isEqualTo(1);
		assertThat(queue.getNowait()).contains("a");
		assertThat(queue.size()).isEqualTo(1);
		assertThat(queue.getNowait()).contains("b");
		assertThat(proxy.connections()).isGreaterThan(before);
	}

	@Test
	void aReplyOfAnotherTypeMakesTheOutcomeUnknownAndEndsTheConnection() {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults());
		queue.put("a");
		int before = proxy.connections();
		proxy.trap(Fault.OTHER_REPLY, "RPUSH");
		assertThatExceptionOfType(PutOutcomeUnknownException.class).isThrownBy(() -> queue.put("b"));
		assertThat(queue.size()).isEqualTo(2);
		assertThat(proxy.connections()).isGreaterThan(before);
	}

	/** The take gets the reply to the next command. */
	@Test
	void aTakeDoesNotBelieveTheReplyToAnotherCommand() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		RedisQueue<String> queue = this.fixture.queue(proxy, QueueOptions.defaults());
		queue.put("a");
		queue.take(SOON).orElseThrow().ack();
		queue.put("b");
		queue.size();
		int before = proxy.connections();
		proxy.trap(Fault.SWALLOW_REPLY, queue.name() + "}:taken");
		CompletableFuture<Optional<Delivery<String>>> take = Async.call(() -> queue.take(SOON));
		await().until(() -> proxy.sprung() == 1);
		assertThat(queue.size()).isZero();
		Delivery<String> delivery = take.get(60, TimeUnit.SECONDS).orElseThrow();
		assertThat(delivery.payload()).isEqualTo("b");
		assertThat(delivery.ack()).isTrue();
		assertThat(proxy.connections()).isGreaterThan(before);
	}

	/** Lettuce ends one command with it; how many replies were lost nobody knows. */
	@Test
	void anErrorWhileRepliesAreReadEndsTheConnection() throws Exception {
		FaultProxy proxy = this.fixture.proxy();
		AtomicBoolean failing = new AtomicBoolean();
		AtomicInteger failed = new AtomicInteger();
		ClientResources resources = ClientResources.builder().nettyCustomizer(new NettyCustomizer() {

			@Override
			public void afterChannelInitialized(Channel channel) {
				channel.pipeline()
					.addBefore(channel.pipeline().context(CommandHandler.class).name(), null,
							new Failing(failing, failed));
			}

		}).build();
		LettuceConnectionFactory connections = new LettuceConnectionFactory(
				LettuceConnectionFactory
					.createRedisConfiguration(RedisURI.create(this.fixture.server().host(), proxy.port())),
				LettuceClientConfiguration.builder().clientResources(resources).build());
		connections.afterPropertiesSet();
		connections.start();
		try (RedisQueueFactory factory = new RedisQueueFactory(connections)) {
			RedisQueue<String> queue = factory.create(this.fixture.name(), String.class);
			queue.put("a");
			int before = proxy.connections();
			failing.set(true);
			assertThatExceptionOfType(PutOutcomeUnknownException.class).isThrownBy(() -> queue.put("b"));
			assertThat(failed).hasPositiveValue();
			assertThat(queue.take(2, SOON)).extracting(Delivery::payload).containsExactly("a", "b");
			assertThat(proxy.connections()).isGreaterThan(before);
			assertThat(queue.stats().taken()).isEqualTo(2);
		}
		finally {
			connections.destroy();
			resources.shutdown(0, 0, TimeUnit.MILLISECONDS);
		}
	}

	private static final class Failing extends ChannelInboundHandlerAdapter {

		private final AtomicBoolean failing;

		private final AtomicInteger failed;

		Failing(AtomicBoolean failing, AtomicInteger failed) {
			this.failing = failing;
			this.failed = failed;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
			if (this.failing.compareAndSet(true, false)) {
				this.failed.incrementAndGet();
				ReferenceCountUtil.release(msg);
				throw new OutOfMemoryError("as if");
			}
			super.channelRead(ctx, msg);
		}

	}

}
