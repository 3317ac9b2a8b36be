package dev.redisqueue.redis.link;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * Connects to the servers of the application's connection factory, with its credentials
 * and TLS, but never sends a command twice. Each connection is an own one.
 * <p>
 * What differs, and why: commands are rejected while disconnected, since by default
 * Lettuce sends what was in flight again after a reconnect, and a push runs twice or a
 * pop loses its message; reads go to the master; the client enforces no time limit by
 * itself, which would cut blocking commands; a connection is made within seconds or not
 * at all; a reconnect is tried at least every second; the topology of a Cluster is
 * refreshed.
 */
public final class DerivedConnectionFactory extends LettuceConnectionFactory {

	private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

	/**
	 * Nobody can be connected who does not answer: the command timeout of an application,
	 * 60 s where none is set, would hold up every call for that long.
	 */
	private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);

	/** Beside the refresh that Lettuce does when it is redirected. */
	private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(10);

	private final @Nullable Integer database;

	private final ClientResources resources;

	private final ReplyThreads replyThreads;

	private DerivedConnectionFactory(RedisConfiguration servers, Settings settings, @Nullable Integer database) {
		super(servers, settings);
		this.database = database;
		this.resources = settings.resources;
		this.replyThreads = settings.replyThreads;
		setShareNativeConnection(false);
	}

	static DerivedConnectionFactory of(RedisConnectionFactory application, @Nullable Integer database) {
		LettuceConnectionFactory lettuce = requireLettuce(application);
		if (database != null && database != 0 && lettuce.isClusterAware()) {
			throw new IllegalArgumentException("The database is " + database + ", but a Cluster has database 0 only");
		}
		// No getter tells a static master/replica configuration; the others would answer
		// localhost for it.
		Object servers = Objects.requireNonNull(new DirectFieldAccessor(lettuce).getPropertyValue("configuration"));
		Settings settings = new Settings(lettuce.getClientConfiguration());
		return new DerivedConnectionFactory((RedisConfiguration) servers, settings,
				(database != null) ? database : lettuce.getDatabase());
	}

	public static LettuceConnectionFactory requireLettuce(RedisConnectionFactory application) {
		if (application instanceof LettuceConnectionFactory lettuce) {
			return lettuce;
		}
		throw new IllegalArgumentException("The connection factory is a " + application.getClass().getName()
				+ "; queues need a " + LettuceConnectionFactory.class.getName());
	}

	/** The threads that bring the replies of all connections made here. */
	ReplyThreads replyThreads() {
		return this.replyThreads;
	}

	@Override
	public int getDatabase() {
		return (this.database != null) ? this.database : super.getDatabase();
	}

	@Override
	public void destroy() {
		super.destroy();
		// Shuts down what was not inherited from the application only.
		this.resources.shutdown(0, 0, TimeUnit.MILLISECONDS);
	}

	/**
	 * The client configuration of the application, but for what is said above.
	 */
	private static final class Settings implements LettuceClientConfiguration {

		private final LettuceClientConfiguration application;

		private final ReplyThreads replyThreads;

		private final ClientResources resources;

		private final ClientOptions options;

		Settings(LettuceClientConfiguration application) {
			this.application = application;
			Delay reconnect = Delay.exponential(Duration.ZERO, LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS);
			this.replyThreads = new ReplyThreads(application.getClientResources()
				.map(ClientResources::nettyCustomizer)
				.orElse(DefaultClientResources.DEFAULT_NETTY_CUSTOMIZER));
			this.resources = application.getClientResources()
				.map(Settings::sharing)
				.orElseGet(ClientResources::builder)
				.reconnectDelay(reconnect)
				.nettyCustomizer(this.replyThreads)
				.build();
			ClientOptions given = application.getClientOptions().orElseGet(ClientOptions::create);
			this.options = ((given instanceof ClusterClientOptions cluster) ? cluster.mutate()
					: ClusterClientOptions.builder(given))
				.topologyRefreshOptions(topologyRefresh(given))
				.socketOptions(given.getSocketOptions()
					.mutate()
					.connectTimeout(shorter(given.getSocketOptions().getConnectTimeout()))
					.build())
				.autoReconnect(true)
				.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
				.timeoutOptions(TimeoutOptions.create())
				.build();
		}

		/**
		 * Threads and timers stay the application's. A {@code mutate()} would shut them
		 * down with our own: it does not mark them as shared.
		 */
		private static ClientResources.Builder sharing(ClientResources resources) {
			return ClientResources.builder()
				.eventLoopGroupProvider(resources.eventLoopGroupProvider())
				.eventExecutorGroup(resources.eventExecutorGroup())
				.timer(resources.timer())
				.eventBus(resources.eventBus())
				.commandLatencyRecorder(resources.commandLatencyRecorder())
				.addressResolverGroup(resources.addressResolverGroup())
				.socketAddressResolver(resources.socketAddressResolver())
				.tracing(resources.tracing());
		}

		/** That of the application, if it refreshes by the clock; else our own. */
		private static ClusterTopologyRefreshOptions topologyRefresh(ClientOptions given) {
			ClusterTopologyRefreshOptions.Builder refresh = ClusterTopologyRefreshOptions.builder()
				.enablePeriodicRefresh(TOPOLOGY_REFRESH);
			if (given instanceof ClusterClientOptions cluster && cluster.getTopologyRefreshOptions() != null) {
				ClusterTopologyRefreshOptions own = cluster.getTopologyRefreshOptions();
				if (own.isPeriodicRefreshEnabled()) {
					return own;
				}
				refresh.dynamicRefreshSources(own.useDynamicRefreshSources())
					.closeStaleConnections(own.isCloseStaleConnections());
			}
			return refresh.build();
		}

		@Override
		public boolean isUseSsl() {
			return this.application.isUseSsl();
		}

		@Override
		@SuppressWarnings("deprecation") // Not called, but part of the interface.
		public boolean isVerifyPeer() {
			return this.application.isVerifyPeer();
		}

		@Override
		public SslVerifyMode getVerifyMode() {
			return this.application.getVerifyMode();
		}

		@Override
		public boolean isStartTls() {
			return this.application.isStartTls();
		}

		@Override
		public Optional<ClientResources> getClientResources() {
			return Optional.of(this.resources);
		}

		@Override
		public Optional<ClientOptions> getClientOptions() {
			return Optional.of(this.options);
		}

		@Override
		public Optional<String> getClientName() {
			return Optional.of(this.application.getClientName().map((name) -> name + "-queue").orElse("redis-queue"));
		}

		@Override
		public Optional<ReadFrom> getReadFrom() {
			return Optional.empty();
		}

		@Override
		public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
			return this.application.getRedisCredentialsProviderFactory();
		}

		/** Also the time that a new connection has to say hello. */
		@Override
		public Duration getCommandTimeout() {
			return shorter(this.application.getCommandTimeout());
		}

		private static Duration shorter(Duration timeout) {
			boolean limited = !timeout.isZero() && timeout.compareTo(LONGEST_CONNECT) < 0;
			return limited ? timeout : LONGEST_CONNECT;
		}

		@Override
		public Duration getShutdownTimeout() {
			return this.application.getShutdownTimeout();
		}

		@Override
		public Duration getShutdownQuietPeriod() {
			return this.application.getShutdownQuietPeriod();
		}

	}

}
