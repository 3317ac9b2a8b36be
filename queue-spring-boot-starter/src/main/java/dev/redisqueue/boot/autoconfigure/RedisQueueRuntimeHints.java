package dev.redisqueue.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class RedisQueueRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("dev/redisqueue/redis/**");
		// The core derives its own connections from it, and there is no accessor.
		hints.reflection().registerType(LettuceConnectionFactory.class, (type) -> type.withField("configuration"));
	}

}
