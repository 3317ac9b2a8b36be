package dev.redisqueue.boot.embedded;

import redis.embedded.RedisExecProvider;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Auto-configuration of a Redis server for development and tests, where
 * {@code org.signal:embedded-redis} is on the class path and the application says nowhere
 * where its Redis is. Its data is gone when the context closes.
 */
// The last before that one, so that it sees the connections that others publish.
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(RedisExecProvider.class)
@ConditionalOnBooleanProperty(name = "redis.queue.embedded.enabled", matchIfMissing = true)
@ConditionalOnMissingBean({ DataRedisConnectionDetails.class, RedisConnectionFactory.class })
@Conditional(ConfiguredRedis.None.class)
public final class EmbeddedRedisAutoConfiguration {

	EmbeddedRedisAutoConfiguration() {
	}

	@Bean
	EmbeddedRedis embeddedRedis(ConfigurableApplicationContext context, Environment environment) {
		// After ahead-of-time processing the conditions are those of the build.
		ConfiguredRedis.property(environment).ifPresent((property) -> {
			throw new EmbeddedRedisException("The property '" + property + "' is set, but this application was built "
					+ "ahead of time for the embedded Redis. Build it again with that property, or with "
					+ "redis.queue.embedded.enabled=false.", null);
		});
		return EmbeddedRedis.start(context);
	}

	@Bean
	DataRedisConnectionDetails embeddedRedisConnectionDetails(EmbeddedRedis redis, Environment environment) {
		int database = environment.getProperty("spring.data.redis.database", Integer.class, 0);
		return new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of(EmbeddedRedis.HOST, redis.port(), database);
			}

		};
	}

}
