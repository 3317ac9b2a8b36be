package dev.redisqueue.boot;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Connections of which none is the default one.
 */
@Configuration(proxyBeanMethods = false)
public class TwoConnectionFactories {

	@Bean
	LettuceConnectionFactory billing() {
		return new LettuceConnectionFactory();
	}

	@Bean
	LettuceConnectionFactory shipping() {
		return new LettuceConnectionFactory();
	}

}
