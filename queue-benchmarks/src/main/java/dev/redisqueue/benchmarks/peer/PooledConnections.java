package dev.redisqueue.benchmarks.peer;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;

/**
 * Spring Data's connections with a pool for blocking calls, each of which would open a
 * connection otherwise. Everything else shares one connection.
 */
final class PooledConnections {

	private static final int MOST = 100;

	private PooledConnections() {
	}

	static LettuceConnectionFactory to(RedisURI redis) {
		GenericObjectPoolConfig<StatefulConnection<?, ?>> pool = new GenericObjectPoolConfig<>();
		pool.setMaxTotal(MOST);
		pool.setMaxIdle(MOST);
		LettuceConnectionFactory connectionFactory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(redis.getHost(), redis.getPort()),
				LettucePoolingClientConfiguration.builder().poolConfig(pool).build());
		connectionFactory.afterPropertiesSet();
		connectionFactory.start();
		return connectionFactory;
	}

}
